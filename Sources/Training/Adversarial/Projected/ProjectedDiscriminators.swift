import Layers
import Models
import TensorCore

/// A small discriminator for each random view of a trained network's features (Sauer et al. 2021, "Projected GANs
/// converge faster"). Its logits are maps: one logit for each region of the image.
package final class ProjectedDiscriminators: ImageDiscriminator {
    let projection: FeatureProjection
    let heads: [ProjectedHead]

    /// - Parameters:
    ///   - network: the trained network; it does not change.
    ///   - image: the form of the images.
    ///   - classes: the number of classes; 0 for an unconditional network.
    ///   - width: channels after the first convolution of each discriminator.
    ///   - spectralNorm: normalize the weights of the discriminators.
    package init(
        in network: any PerceptualNetwork, image: ImageShape, classes: Int, width: Int, spectralNorm: Bool,
        random: Random
    ) {
        projection = FeatureProjection(of: network, image: image, random: random)
        let side = FeatureProjection.side(for: image.size)
        let views = projection(.zeros([1, image.channels, side, side]), .inference)
        heads = views.map {
            ProjectedHead(
                side: min($0.shape[2], $0.shape[3]), classes: classes, width: width, spectralNorm: spectralNorm,
                random: random)
        }
    }

    /// A map of logits `[N, 1, H', W']` for each view.
    package func output(of images: Tensor, labels: [Int], _ mode: ForwardMode) -> DiscriminatorOutput {
        outputs(of: images, labelings: [labels], mode)[0]
    }

    /// The features and the convolutions do not depend on the labels.
    package func outputs(of images: Tensor, labelings: [[Int]], _ mode: ForwardMode) -> [DiscriminatorOutput] {
        let logits = zip(heads, projection(images, mode)).map { $0($1, labelings: labelings, mode) }
        return labelings.indices.map { labeling in DiscriminatorOutput(logits.map { [$0[labeling]] }) }
    }

    /// Logits `[N]`: the sum over the views of the mean of each map.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        output(of: images, labels: labels, mode).perImage
    }
}

/// The discriminator of one view: 4×4 convolutions of stride 2 down to four to seven cells a side, a 3×3 convolution, and
/// one to logits. With classes, the inner product of each cell's features with an embedding of the class is added
/// (Miyato & Koyama 2018).
final class ProjectedHead: Module {
    let convolutions: [Conv2d]
    let norms: [BatchNorm]
    let output: Conv2d
    let embedding: Embedding?

    init(side: Int, classes: Int, width: Int, spectralNorm: Bool, random: Random) {
        let halvings = (0...).first { side >> $0 < 8 } ?? 0
        let widths = [FeatureProjection.width] + (0...halvings).map { width << min($0, 2) }
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

    /// Logits `[N, 1, H', W']` of a view `[N, C, H, W]` for each way to label the images.
    func callAsFunction(_ view: Tensor, labelings: [[Int]], _ mode: ForwardMode) -> [Tensor] {
        var h = view
        for (convolution, norm) in zip(convolutions, norms) {
            h = norm(convolution(h, mode), mode, then: .leakyReLU(slope: 0.2))
        }
        let logits = output(h, mode)
        guard let embedding else { return labelings.map { _ in logits } }
        return labelings.map { labels in
            let classes = embedding(labels, mode).reshaped(to: [h.shape[0], h.shape[1], 1, 1])
            return logits + (h * classes).sum(axes: [1], keepingAxes: true)
        }
    }
}
