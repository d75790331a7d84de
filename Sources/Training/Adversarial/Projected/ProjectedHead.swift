import Layers
import Models
import TensorCore

extension FeatureProjection {
    /// A discriminator with fresh weights for each view of images.
    ///
    /// - Parameters:
    ///   - image: the form of the images.
    ///   - classes: the number of classes; 0 for unconditional discriminators.
    ///   - width: channels after the first convolution of each.
    ///   - spectralNorm: normalize the weights.
    package func heads(
        for image: ImageShape, classes: Int, width: Int, spectralNorm: Bool, random: Random
    ) -> [ProjectedHead] {
        let side = Self.side(for: image.size)
        return self(.zeros([1, image.channels, side, side]), .inference).map {
            ProjectedHead(
                inputs: $0.shape[1], side: min($0.shape[2], $0.shape[3]), classes: classes, width: width,
                spectralNorm: spectralNorm, random: random)
        }
    }
}

/// The discriminator of one view: 4×4 convolutions of stride 2 down to four to seven cells a side, a 3×3 convolution, and
/// one to logits. With classes, the inner product of each cell's features with an embedding of the class is added
/// (Miyato & Koyama 2018).
package final class ProjectedHead: Module {
    let convolutions: [Conv2d]
    let norms: [BatchNorm]
    let output: Conv2d
    let embedding: Embedding?

    /// - Parameters:
    ///   - inputs: channels of the view.
    ///   - side: the shorter side of the view.
    ///   - classes: the number of classes; 0 for an unconditional network.
    ///   - width: channels after the first convolution.
    ///   - spectralNorm: normalize the weights.
    package init(inputs: Int, side: Int, classes: Int, width: Int, spectralNorm: Bool, random: Random) {
        let halvings = (0...).first { side >> $0 < 8 } ?? 0
        let widths = [inputs] + (0...halvings).map { width << min($0, 2) }
        convolutions = zip(widths, widths.dropFirst()).enumerated().map { index, channels in
            let halves = index < halvings
            return Conv2d(
                channels.0, channels.1, kernel: halves ? 4 : 3, stride: halves ? 2 : 1, padding: 1, bias: false,
                initializer: .normal(0.02), spectralNorm: spectralNorm, random: random)
        }
        norms = widths.dropFirst().map { BatchNorm($0) }
        let top = widths[widths.count - 1]
        output = Conv2d(
            top, 1, kernel: 3, padding: 1, initializer: .normal(0.02), spectralNorm: spectralNorm, random: random)
        embedding =
            classes == 0
            ? nil
            : Embedding(
                classes, top, initializer: .normal(1 / Float(top).squareRoot()), spectralNorm: spectralNorm,
                random: random)
    }

    /// The activations of the convolutions, with the logits `[N, 1, H', W']` at the end.
    ///
    /// - Parameters:
    ///   - view: `[N, inputs, H, W]`.
    ///   - classes: the share of each class, `[N, classes]`, all 0 for an image whose class is not said; nil for a head
    ///     without classes.
    package func activations(_ view: Tensor, classes: Tensor?, _ mode: ForwardMode) -> [Tensor] {
        let found = hidden(view, mode)
        let top = found[found.count - 1]
        let logits = output(top, mode)
        guard let embedding, let classes else { return found + [logits] }
        return found + [logits + likeness(of: top, to: embedding(classes, mode))]
    }

    /// Logits `[N, 1, H', W']` of a view `[N, inputs, H, W]` for each way to label the images.
    func callAsFunction(_ view: Tensor, labelings: [[Int]], _ mode: ForwardMode) -> [Tensor] {
        let found = hidden(view, mode)
        let top = found[found.count - 1]
        let logits = output(top, mode)
        guard let embedding else { return labelings.map { _ in logits } }
        return labelings.map { logits + likeness(of: top, to: embedding($0, mode)) }
    }

    /// The inner product of each cell `[N, C, H', W']` with the vector of its image's class `[N, C]`.
    private func likeness(of top: Tensor, to classes: Tensor) -> Tensor {
        let vectors = classes.reshaped(to: [top.shape[0], top.shape[1], 1, 1])
        return (top * vectors).sum(axes: [1], keepingAxes: true)
    }

    private func hidden(_ view: Tensor, _ mode: ForwardMode) -> [Tensor] {
        var found = [view]
        for (convolution, norm) in zip(convolutions, norms) {
            found.append(norm(convolution(found[found.count - 1], mode), mode, then: .leakyReLU(slope: 0.2)))
        }
        return Array(found.dropFirst())
    }
}
