import Layers
import Models
import TensorCore
import Training

/// One or several patch discriminators.
package protocol DiscriminatorEnsemble: Module {
    /// The activations of each member, with its logits at the end.
    func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]]
}

extension PatchDiscriminator: DiscriminatorEnsemble {
    /// One member.
    package func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] { [features(x, mode)] }
}

extension PixelDiscriminator: DiscriminatorEnsemble {
    /// One member.
    package func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] { [features(x, mode)] }
}

extension MultiScaleDiscriminator: DiscriminatorEnsemble {
    /// One member for each resolution, from full resolution down.
    package func activations(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] { features(x, mode) }
}

/// The architecture of the patch discriminators.
public struct PatchArchitecture: Codable, Sendable, Hashable {
    /// The side of the patch that a logit depends on: 1, 16, 34, 70, 142 or 286 pixels.
    public var patch = 70
    /// Channels after the first convolution (`ndf`).
    public var width = 64
    /// The number of resolutions, each half of the one before.
    public var scales = 1
    /// The normalization of activations.
    public var normalization: NormalizationKind = .batch

    /// The paper's 70×70 discriminator.
    public init() {}

    /// The supported sides of patches.
    package static let patches = [1, 16, 34, 70, 142, 286]

    /// Refuses impossible discriminators.
    ///
    /// - Parameter side: of the images in training.
    func check(side: Int) throws(ParameterError) {
        guard let halvings = Self.patches.firstIndex(of: patch) else {
            throw ParameterError("patch is \(patch), it must be one of \(Self.patches)")
        }
        try ParameterError.check("width", width, in: TrainingLimits.width)
        try ParameterError.check("scales", scales, in: 1...8)
        let smallest = (1..<scales).reduce(side) { side, _ in (side + 1) / 2 }
        // Two convolutions without stride follow the halvings; each takes off a pixel.
        guard halvings == 0 || smallest >> halvings > 2 else {
            throw ParameterError("patch is \(patch), which is too large for \(scales) scales of \(side) pixels")
        }
    }

    /// A discriminator with fresh weights for `inputs` channels, including those of the condition.
    package func makeDiscriminator(inputs: Int, random: Random) -> any DiscriminatorEnsemble {
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
