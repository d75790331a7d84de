import Layers
import TensorCore

/// A discriminator of images: positive logits mean real.
package protocol ImageDiscriminator: Module {
    /// - Parameters:
    ///   - images: `[N, C, H, W]` in [−1, 1].
    ///   - labels: the class of each image; empty for an unconditional network.
    /// - Returns: logits `[N]`.
    func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor
    /// The same with the logits of each member and of each region, if the network has several.
    func output(of images: Tensor, labels: [Int], _ mode: ForwardMode) -> DiscriminatorOutput
    /// The same for several ways to label the images; what does not depend on the labels is computed once.
    func outputs(of images: Tensor, labelings: [[Int]], _ mode: ForwardMode) -> [DiscriminatorOutput]
}

extension ImageDiscriminator {
    /// One member with one logit for each image.
    package func output(of images: Tensor, labels: [Int], _ mode: ForwardMode) -> DiscriminatorOutput {
        DiscriminatorOutput(logits: self(images, labels: labels, mode))
    }
    /// Everything depends on the labels.
    package func outputs(of images: Tensor, labelings: [[Int]], _ mode: ForwardMode) -> [DiscriminatorOutput] {
        labelings.map { output(of: images, labels: $0, mode) }
    }
}
