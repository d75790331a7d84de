import Layers
import TensorCore

/// Discriminators that look at images patch by patch, one or several.
public protocol DiscriminatorEnsemble: Module {
    /// For every member its activations, with its logits at the end.
    func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]]
}

extension PatchDiscriminator: DiscriminatorEnsemble {
    /// One member.
    public func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] { [features(x, mode)] }
}

extension PixelDiscriminator: DiscriminatorEnsemble {
    /// One member.
    public func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] { [features(x, mode)] }
}

extension MultiScaleDiscriminator: DiscriminatorEnsemble {
    /// A member for each resolution, from full resolution down.
    public func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] { features(x, mode) }
}

/// Which PatchGAN tells true images from translations.
public struct PatchArchitecture: Codable, Sendable, Hashable {
    /// The side of the patch that a logit depends on: 1, 16, 34, 70, 142 or 286 pixels.
    public var patch = 70
    /// Channels after the first convolution (`ndf`).
    public var width = 64
    /// How many resolutions it looks at, each half the one before.
    public var scales = 1
    /// What normalizes activations.
    public var normalization: NormalizationKind = .batch

    /// The paper's 70×70 discriminator.
    public init() {}

    /// The patches that there are, by side.
    public static let patches = [1, 16, 34, 70, 142, 286]

    /// A discriminator of images with `inputs` channels, the condition's included, with fresh weights.
    public func makeDiscriminator(inputs: Int, random: Random) -> any DiscriminatorEnsemble {
        let halvings = Self.patches.firstIndex(of: patch) ?? 3
        if halvings == 0 {
            return PixelDiscriminator(inputs: inputs, width: width, normalization: normalization, random: random)
        }
        if scales > 1 {
            return MultiScaleDiscriminator(
                scales: scales, inputs: inputs, halvings: halvings, width: width, normalization: normalization,
                random: random)
        }
        return PatchDiscriminator(
            inputs: inputs, halvings: halvings, width: width, normalization: normalization, random: random)
    }
}
