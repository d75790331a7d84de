import Layers
import TensorCore

/// A generator whose latent vectors become styles, one for each of its layers, from the coarsest to the finest (Karras et
/// al. 2019). Styles can be moved toward their average, mixed and edited.
package protocol StyledGenerator: LatentGenerator {
    /// The number of styles of an image.
    var styleCount: Int { get }
    /// The size of a style.
    var styleSize: Int { get }
    /// The mean of all styles w̄, `[styleSize]`.
    var averageStyle: Tensor { get }
    /// For each layer, the weights of what it computes from its style: matrices `[outputs, styleSize]`.
    var styleWeights: [[Tensor]] { get }

    /// Images of styles w moved to w̄ + truncation · (w − w̄): 1 leaves them, 0 gives the average image.
    func callAsFunction(_ latents: Tensor, classes: Tensor?, truncation: Float, _ mode: ForwardMode) -> Tensor
    /// Styles `[N, styleSize]` of latent vectors `[N, latentSize]` and classes `[N]`; nil for an unconditional network.
    func styles(of latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor
    /// Images `[N, C, H, W]` of styles `[N, styleCount, styleSize]`.
    func images(ofStyles styles: Tensor, _ mode: ForwardMode) -> Tensor
}

extension StyledGenerator {
    /// The network with an inference plan, for truncated styles.
    package func planned(_ precision: Precision = .float32, truncation: Float) -> PlannedNetwork {
        PlannedNetwork(of: self) {
            self(
                $0[0], classes: $0.count > 1 ? $0[1] : nil, truncation: truncation,
                .inference(precision).wrapping($1))
        }
    }
}
