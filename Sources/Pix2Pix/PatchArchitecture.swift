import Layers
import TensorCore

/// Judges of pictures patch by patch, one or several.
public protocol PatchJudge: Module {
    /// For every judge its activations, with its logits at the end.
    func judgements(_ x: Tensor, _ phase: Phase) -> [[Tensor]]
}

extension PatchDiscriminator: PatchJudge {
    /// One judge.
    public func judgements(_ x: Tensor, _ phase: Phase) -> [[Tensor]] { [features(x, phase)] }
}

extension PixelDiscriminator: PatchJudge {
    /// One judge.
    public func judgements(_ x: Tensor, _ phase: Phase) -> [[Tensor]] { [features(x, phase)] }
}

extension MultiScaleDiscriminator: PatchJudge {
    /// A judge for each resolution, from full resolution down.
    public func judgements(_ x: Tensor, _ phase: Phase) -> [[Tensor]] { features(x, phase) }
}

/// Which PatchGAN judges translations.
public struct PatchArchitecture: Codable, Sendable, Hashable {
    /// The side of the patch that a logit depends on: 1, 16, 34, 70, 142 or 286 pixels.
    public var patch = 70
    /// Channels after the first convolution (`ndf`).
    public var width = 64
    /// How many resolutions are judged, each half the one before.
    public var scales = 1
    /// What normalises activations.
    public var normalization: NormalizationKind = .batch

    /// The paper's 70×70 discriminator.
    public init() {}

    /// The patches that there are, by side.
    public static let patches = [1, 16, 34, 70, 142, 286]

    /// A discriminator of pictures with `inputs` channels, the condition's included, with fresh weights.
    public func makeDiscriminator(inputs: Int, random: Random) -> any PatchJudge {
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
