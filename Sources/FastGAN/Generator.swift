import Layers
import Models
import TensorCore

/// The generator of Liu et al. 2021, "Towards faster and stabilized GAN training for high-fidelity few-shot image
/// synthesis", in the light form of Projected GANs (Sauer et al. 2021): one convolution for each doubling of the
/// resolution, gated linear units, and gates from small feature maps to large ones.
///
/// The latent vector is scaled to a mean square of 1. With classes, batch normalization takes its scales and shifts
/// from a table of the classes. Nothing is drawn: an image follows from its latent vector alone.
package final class FastGANGenerator: LatentGenerator {
    /// The size of a latent vector.
    package let latentSize: Int
    let start: Linear
    let startNorm: GatedNorm
    let blocks: [DoublingBlock]
    let gates: [SkipGate]
    let output: Conv2d

    /// - Parameters:
    ///   - classes: the number of classes; 0 for an unconditional network.
    ///   - size: the image's side, a power of two from 64 to 512.
    ///   - width: channels at 128×128; twice that at 64×64 and 32×32, and doubled at each halving below.
    ///   - isGuided: whether the latent vector says the same in all 4×4 cells of the first map, and guides say what is
    ///     where.
    package init(
        latentSize: Int, classes: Int, size: Int, channels: Int, width: Int, isGuided: Bool = false, random: Random
    ) {
        self.latentSize = latentSize
        let widths = Self.widths(size: size, width: width)
        let cells = isGuided ? 1 : Self.cellCount
        start = Linear(latentSize, 2 * widths[0] * cells, bias: false, initializer: .normal(0.02), random: random)
        startNorm = GatedNorm(widths[0], classes: classes)
        blocks = zip(widths, widths.dropFirst()).map { DoublingBlock($0, $1, classes: classes, random: random) }
        gates = zip(widths, widths.dropFirst(Self.gateReach)).map { SkipGate($0, $1, random: random) }
        output = Conv2d(
            widths[widths.count - 1], channels, kernel: 3, padding: 1, initializer: .normal(0.02), random: random)
    }

    /// Cells of the first map.
    private static let cellCount = 16

    /// Doublings from the map that a gate reads to the map that it weighs: 4×4 to 64×64, …, 32×32 to 512×512.
    private static let gateReach = 4

    /// Channels at 4×4, 8×8, … up to the image's size.
    static func widths(size: Int, width: Int) -> [Int] {
        let eighths = [128, 64, 32, 16, 16, 8, 4, 2]
        return eighths.prefix(size.trailingZeroBitCount - 1).map { max($0 * width / 8, 1) }
    }

    /// Channels of guides at 4×4, 8×8, … up to the image's size.
    package static func guideWidths(size: Int, width: Int) -> [Int] { widths(size: size, width: width).map { 2 * $0 } }

    /// Images `[N, C, size, size]` in [−1, 1] of latent vectors `[N, latentSize]`, and classes `[N]` if it has any.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        self(latents, classes: classes, guides: [], mode)
    }

    /// The weights of a guided generator that starts from those of another: in all cells, its latent vector says the mean
    /// of what it said in each.
    package static func guided(_ weights: [String: Tensor]) -> [String: Tensor] {
        var guided = weights
        let name = "start.weight"
        guided[name] = weights[name].map { whole in
            let (rows, columns) = (whole.shape[0] / cellCount, whole.shape[1])
            return whole.reshaped(to: [rows, cellCount, columns]).mean(axes: [1])
        }
        return guided
    }

    /// Images whose maps are guided from outside.
    ///
    /// - Parameters:
    ///   - latents: `[N, latentSize]`.
    ///   - classes: the class of each image, `[N]`, or the share of each class, `[N, classes]`; nil without classes.
    ///   - guides: for each resolution, from 4×4 on, what is added before the normalization, of the channels of
    ///     ``guideWidths(size:width:)``; empty for nothing.
    ///   - mode: training, calibration or inference.
    package func callAsFunction(
        _ latents: Tensor, classes: Tensor?, guides: [Tensor], _ mode: ForwardMode
    ) -> Tensor {
        let scale = (latents.squared().mean(axes: [1], keepingAxes: true) + 1e-8).power(-0.5)
        let first = start(latents * scale, mode)
        let side = guides.isEmpty ? 4 : 1
        let cells = first.reshaped(to: [latents.shape[0], first.shape[1] / (side * side), side, side])
        var maps = [startNorm(guides.first.map { cells + $0 } ?? cells, classes, mode)]
        for (index, block) in blocks.enumerated() {
            var h = block(maps[index], classes, guide: guides.isEmpty ? nil : guides[index + 1], mode)
            let source = index + 1 - Self.gateReach
            if source >= 0 { h = gates[source](h, from: maps[source], mode) }
            maps.append(h)
        }
        return output(maps[maps.count - 1], mode).tanh()
    }
}

/// Twice the resolution: pixels repeated, a 3×3 convolution, normalization and a gate.
final class DoublingBlock: Module {
    let convolution: Conv2d
    let norm: GatedNorm

    init(_ inputs: Int, _ outputs: Int, classes: Int, random: Random) {
        convolution = Conv2d(
            inputs, 2 * outputs, kernel: 3, padding: 1, bias: false, initializer: .normal(0.02), random: random)
        norm = GatedNorm(outputs, classes: classes)
    }

    func callAsFunction(_ x: Tensor, _ classes: Tensor?, guide: Tensor?, _ mode: ForwardMode) -> Tensor {
        let h = convolution(x.upsampledNearest(by: 2), mode)
        return norm(guide.map { h + $0 } ?? h, classes, mode)
    }
}

/// Batch normalization of twice as many channels, conditional if there are classes, and a gated linear unit (Dauphin et
/// al. 2017): the first half times the sigmoid of the second.
final class GatedNorm: Module {
    let plain: BatchNorm?
    let conditional: ConditionalBatchNorm?

    /// - Parameter outputs: half of the number of input channels.
    init(_ outputs: Int, classes: Int) {
        plain = classes == 0 ? BatchNorm(2 * outputs) : nil
        conditional = classes > 0 ? ConditionalBatchNorm(2 * outputs, classes: classes) : nil
    }

    func callAsFunction(_ x: Tensor, _ classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        let h = normalized(x, classes, mode)
        let half = h.shape[1] / 2
        return h.slice(axis: 1, from: 0, count: half) * h.slice(axis: 1, from: half, count: half).sigmoid()
    }

    private func normalized(_ x: Tensor, _ classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        if let plain { return plain(x, mode) }
        guard let conditional, let classes else {
            preconditionFailure("a class-conditional generator was given no classes")
        }
        return conditional(x, classes, mode)
    }
}

/// Skip-layer excitation (Liu et al. 2021): a small feature map weighs the channels of a large one.
final class SkipGate: Module {
    let pooled: Conv2d
    let mixed: Conv2d

    init(_ inputs: Int, _ outputs: Int, random: Random) {
        pooled = Conv2d(inputs, outputs, kernel: 4, bias: false, initializer: .normal(0.02), random: random)
        mixed = Conv2d(outputs, outputs, kernel: 1, bias: false, initializer: .normal(0.02), random: random)
    }

    func callAsFunction(_ x: Tensor, from small: Tensor, _ mode: ForwardMode) -> Tensor {
        let cells = small.shape[2] > 4 ? small.averagePooled(window: small.shape[2] / 4) : small
        let h = pooled(cells, mode)
        let weights = mixed(h * h.sigmoid(), mode).sigmoid().reshaped(to: [x.shape[0], x.shape[1]])
        return x.channelAffine(scale: weights, shift: weights.full(weights.shape, 0))
    }
}
