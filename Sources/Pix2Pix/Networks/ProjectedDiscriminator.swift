import Layers
import Models
import TensorCore
import Training

/// Adds discriminators in the features of a trained network to a patch discriminator (Sauer et al. 2021, "Projected
/// GANs converge faster"). A head for each random view of the features sees the view and, if the input says one, the
/// class, by the inner product with an embedding (Miyato & Koyama 2018). Whether an image fits its drawing is for the
/// patch discriminator to find: heads that see drawings, too, soon know each generated image by them.
///
/// The activations of a head start with the view, so feature matching is a perceptual loss, too.
final class ProjectedDiscriminator: DiscriminatorEnsemble {
    let patches: any DiscriminatorEnsemble
    let projection: FeatureProjection
    let heads: [ProjectedHead]
    private let inputs: Int
    private let classes: Int

    /// - Parameters:
    ///   - patches: the discriminators of the images themselves.
    ///   - network: the network that provides the features; it does not change.
    ///   - inputs: channels of the generator's input, which come before those of the image.
    ///   - classes: how many of these, the last ones, are planes of classes.
    ///   - image: the form of the images.
    ///   - width: channels after the first convolution of a head.
    init(
        _ patches: any DiscriminatorEnsemble, network: any PerceptualNetwork, inputs: Int, classes: Int,
        image: ImageShape, width: Int, random: Random
    ) {
        self.patches = patches
        (self.inputs, self.classes) = (inputs, classes)
        projection = FeatureProjection(of: network, image: image, random: random)
        heads = projection.heads(for: image, classes: classes, width: width, spectralNorm: true, random: random)
    }

    /// The patch discriminators, then a head for each view.
    func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] {
        let image = x.slice(axis: 1, from: inputs, count: x.shape[1] - inputs)
        let shares = classes > 0 ? x.slice(axis: 1, from: inputs - classes, count: classes).mean(axes: [2, 3]) : nil
        return patches.activations(x, mode)
            + zip(heads, projection(image, mode)).map { head, view in
                [view] + head.activations(view, classes: shares, mode)
            }
    }
}
