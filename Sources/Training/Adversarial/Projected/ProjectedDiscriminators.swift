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
        heads = projection.heads(
            for: image, classes: classes, width: width, spectralNorm: spectralNorm, random: random)
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
