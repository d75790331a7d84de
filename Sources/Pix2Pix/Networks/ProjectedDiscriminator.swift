import Layers
import TensorCore

/// Adds discriminators in the features of a trained network to a patch discriminator (Sauer et al. 2021, "Projected
/// GANs converge faster"). A small head for each depth sees the image's features at that depth, and the condition at
/// the same size.
///
/// The activations of a head start with the network's features, so feature matching is a perceptual loss, too.
final class ProjectedDiscriminator: DiscriminatorEnsemble {
    let patches: any DiscriminatorEnsemble
    let heads: [ProjectionHead]
    /// Not trained, and therefore not among the parameters.
    private let features: @Sendable (Tensor, ForwardMode) -> [Tensor]
    private let conditionChannels: Int

    /// The number of depths with a head: the deepest ones.
    static let depths = 4

    /// - Parameters:
    ///   - patches: the discriminators of the images themselves.
    ///   - network: the network that provides the features; it does not change.
    ///   - condition: channels of the condition, which come before those of the image.
    ///   - image: any image `[1, C, H, W]` of the size in training.
    ///   - width: channels inside a head.
    init(
        _ patches: any DiscriminatorEnsemble, network: any PerceptualNetwork, condition: Int, image: Tensor, width: Int,
        random: Random
    ) {
        self.patches = patches
        conditionChannels = condition
        let features: @Sendable (Tensor, ForwardMode) -> [Tensor] = { image, mode in
            let mode = ForwardMode.inference(mode.precision).wrapping(mode.wrapping)
            return network.perceptualFeatures(image.scaled(by: 0.5, plus: 0.5), mode)
                .suffix(Self.depths).map(\.features)
        }
        self.features = features
        heads = features(image, .inference).map {
            ProjectionHead(inputs: $0.shape[1] + condition, width: width, random: random)
        }
    }

    /// The patch discriminators, then a head for each depth.
    func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] {
        var condition = x.slice(axis: 1, from: 0, count: conditionChannels)
        let image = x.slice(axis: 1, from: conditionChannels, count: x.shape[1] - conditionChannels)
        return patches.activations(x, mode)
            + zip(heads, features(image, mode)).map { head, found in
                while condition.shape[2] > found.shape[2] { condition = condition.averagePooled(window: 2) }
                return [found] + head.activations(.concatenated([found, condition], axis: 1), mode)
            }
    }
}

/// Two convolutions from features to logits.
final class ProjectionHead: Module {
    let hidden: Conv2d
    let output: Conv2d

    init(inputs: Int, width: Int, random: Random) {
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, initializer: .normal(0.02), random: random)
        }
        hidden = convolution(inputs, width)
        output = convolution(width, 1)
    }

    /// The activations between the convolutions, and the logits.
    func activations(_ x: Tensor, _ mode: ForwardMode) -> [Tensor] {
        let h = hidden(x, mode).leakyReLU(slope: 0.2)
        return [h, output(h, mode)]
    }
}
