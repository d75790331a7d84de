import Layers
import Models
import TensorCore

/// The generator of Huang et al. 2024, "The GAN is dead; long live the GAN! A modern GAN baseline": a learned image of
/// 4×4 pixels whose channels are scaled by a linear function of the latent vector and of the embedded class, then for
/// each size two blocks, bilinear interpolation between them, and a 1×1 convolution to the image's channels.
package final class R3GANGenerator: LatentGenerator {
    /// The size of a latent vector.
    package let latentSize: Int
    let embedding: Embedding?
    let start: Linear
    let basis: Parameter
    let stages: [GeneratorStage]
    let output: Conv2d

    /// - Parameters:
    ///   - classes: the number of classes; 0 for an unconditional network.
    ///   - size: the image's side, a power of two from 32 to 256.
    ///   - width: channels up to 32×32 pixels, a multiple of 8.
    package init(latentSize: Int, classes: Int, size: Int, channels: Int, width: Int, random: Random) {
        self.latentSize = latentSize
        let plan = StageWidths(size: size, width: width)
        let inputs = classes > 0 ? 2 * latentSize : latentSize
        embedding = classes > 0 ? Embedding(classes, latentSize, random: random) : nil
        start = Linear(inputs, plan.widths[0], bias: false, initializer: .scaled(fanIn: inputs), random: random)
        basis = Parameter(random.normal([plan.widths[0], 4, 4]))
        stages = plan.widths.indices.map { stage in
            GeneratorStage(
                from: stage == 0 ? nil : plan.widths[stage - 1], to: plan.widths[stage], blocks: plan.allBlocks,
                random: random)
        }
        let last = plan.widths[plan.widths.count - 1]
        output = Conv2d(last, channels, kernel: 1, bias: false, initializer: .scaled(fanIn: last), random: random)
    }

    /// Images `[N, C, size, size]` of latent vectors `[N, latentSize]` and, with classes, class indices `[N]`.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        var inputs = latents
        if let embedding {
            guard let classes else { preconditionFailure("a class-conditional generator was given no classes") }
            inputs = Tensor.concatenated([latents, embedding(classes, mode)], axis: 1)
        }
        let scales = start(inputs, mode)
        var h =
            scales.reshaped(to: [latents.shape[0], scales.shape[1], 1, 1])
            * basis.value(in: mode).reshaped(to: [1, scales.shape[1], 4, 4])
        for stage in stages { h = stage(h, mode) }
        return output(h, mode)
    }
}

/// The blocks for one size of image, after doubling it.
final class GeneratorStage: Layer {
    /// To another width.
    let project: Conv2d?
    let blocks: [ResidualBlock]
    private let doubles: Bool

    /// - Parameter from: the width of the stage before; nil for the first, which does not double.
    init(from: Int?, to width: Int, blocks: Int, random: Random) {
        doubles = from != nil
        project = from.flatMap { from in
            from == width
                ? nil
                : Conv2d(from, width, kernel: 1, bias: false, initializer: .scaled(fanIn: from), random: random)
        }
        self.blocks = (0..<StageWidths.blocks).map { _ in ResidualBlock(width: width, blocks: blocks, random: random) }
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = project?(x, mode) ?? x
        if doubles {
            h = h.resized(height: 2 * h.shape[2], width: 2 * h.shape[3], .bilinear, wrapping: mode.wrapping)
        }
        return blocks.reduce(h) { $1($0, mode) }
    }
}
