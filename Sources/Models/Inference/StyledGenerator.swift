import Layers
import TensorCore

/// A generator whose images follow from styles, one for each of its layers, from the coarsest to the finest.
package protocol StyledGenerator: LatentGenerator {
    /// The number of styles of an image.
    var styleCount: Int { get }
    /// The size of a style.
    var styleSize: Int { get }
    /// The mean of all styles, `[styleSize]`.
    var averageStyle: Tensor { get }
    /// For each layer, the weights of what it computes from its style: matrices `[outputs, styleSize]`.
    var styleWeights: [[Tensor]] { get }

    /// Styles `[N, styleSize]` of latent vectors `[N, latentSize]` and classes `[N]`; nil for an unconditional network.
    func styles(of latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor
    /// Images `[N, C, H, W]` of styles `[N, styleCount, styleSize]`.
    func images(ofStyles styles: Tensor, _ mode: ForwardMode) -> Tensor
}
