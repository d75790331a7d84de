import Layers
import Models
import TensorCore
import Training

/// Adds discriminators in the features of a trained network to a patch discriminator (Sauer et al. 2021, "Projected
/// GANs converge faster"). A head for each random view of the features sees the view, and the condition at the same
/// size.
///
/// The activations of a head start with the view, so feature matching is a perceptual loss, too.
final class ProjectedDiscriminator: DiscriminatorEnsemble {
    let patches: any DiscriminatorEnsemble
    let projection: FeatureProjection
    let heads: [ProjectedHead]
    private let conditionChannels: Int

    /// - Parameters:
    ///   - patches: the discriminators of the images themselves.
    ///   - network: the network that provides the features; it does not change.
    ///   - condition: channels of the condition, which come before those of the image.
    ///   - image: the form of the images.
    ///   - width: channels after the first convolution of a head.
    init(
        _ patches: any DiscriminatorEnsemble, network: any PerceptualNetwork, condition: Int, image: ImageShape,
        width: Int, random: Random
    ) {
        self.patches = patches
        conditionChannels = condition
        projection = FeatureProjection(of: network, image: image, random: random)
        let side = FeatureProjection.side(for: image.size)
        heads = projection(.zeros([1, image.channels, side, side]), .inference).map {
            ProjectedHead(
                inputs: $0.shape[1] + condition, side: min($0.shape[2], $0.shape[3]), width: width,
                spectralNorm: true, random: random)
        }
    }

    /// The patch discriminators, then a head for each view.
    func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] {
        let condition = x.slice(axis: 1, from: 0, count: conditionChannels)
        let image = x.slice(axis: 1, from: conditionChannels, count: x.shape[1] - conditionChannels)
        return patches.activations(x, mode)
            + zip(heads, projection(image, mode)).map { head, view in
                let seen = condition.resized(
                    height: view.shape[2], width: view.shape[3], .bilinear, antialiased: true)
                return [view] + head.activations(.concatenated([view, seen], axis: 1), mode)
            }
    }
}
