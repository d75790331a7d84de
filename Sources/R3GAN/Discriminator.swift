import Layers
import TensorCore
import Training

/// The discriminator of Huang et al. 2024, the generator's mirror image: a 1×1 convolution, for each size two blocks
/// and an antialiased halving, and at 4×4 pixels a learned weighting of each channel's pixels. One linear function of the
/// channels is the logit; with classes, several are, in the direction of the class's embedding (Miyato & Koyama 2018).
package final class R3GANDiscriminator: ImageDiscriminator {
    let input: Conv2d
    let stages: [DiscriminatorStage]
    let basis: Parameter
    let output: Linear
    let embedding: Embedding?

    /// - Parameters:
    ///   - classes: the number of classes; 0 for an unconditional network.
    ///   - embeddingSize: length of a class's embedding.
    ///   - size: the image's side, a power of two from 32 to 256.
    ///   - width: channels up to 32×32 pixels, a multiple of 8.
    package init(classes: Int, embeddingSize: Int, size: Int, channels: Int, width: Int, random: Random) {
        let plan = StageWidths(size: size, width: width)
        let widths = Array(plan.widths.reversed())
        let top = widths[widths.count - 1]
        input = Conv2d(
            channels, widths[0], kernel: 1, bias: false, initializer: .scaled(fanIn: channels), random: random)
        stages = widths.indices.map { stage in
            DiscriminatorStage(
                from: widths[stage], to: stage + 1 < widths.count ? widths[stage + 1] : nil, blocks: plan.allBlocks,
                random: random)
        }
        basis = Parameter(random.normal([top, 4, 4], deviation: 0.25))
        output = Linear(
            top, classes > 0 ? embeddingSize : 1, bias: false, initializer: .scaled(fanIn: top), random: random)
        embedding =
            classes > 0
            ? Embedding(classes, embeddingSize, initializer: .scaled(fanIn: embeddingSize), random: random) : nil
    }

    /// Logits `[N]` of images `[N, C, size, size]` and, with classes, their labels.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        let h = stages.reduce(input(images, mode)) { $1($0, mode) }
        let weighted = h * basis.value(in: mode).reshaped(to: [1, h.shape[1], 4, 4])
        let found = output(weighted.sum(axes: [2, 3]), mode)
        guard let embedding else { return found.reshaped(to: [images.shape[0]]) }
        return (found * embedding(labels, mode)).sum(axes: [1])
    }
}

/// The blocks for one size of image, then halving it.
final class DiscriminatorStage: Layer {
    let blocks: [ResidualBlock]
    /// To another width.
    let project: Conv2d?
    private let halves: Bool

    /// - Parameter next: the width of the next stage; nil for the last, which does not halve.
    init(from width: Int, to next: Int?, blocks: Int, random: Random) {
        self.blocks = (0..<StageWidths.blocks).map { _ in ResidualBlock(width: width, blocks: blocks, random: random) }
        halves = next != nil
        project = next.flatMap { next in
            next == width
                ? nil
                : Conv2d(width, next, kernel: 1, bias: false, initializer: .scaled(fanIn: width), random: random)
        }
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = blocks.reduce(x) { $1($0, mode) }
        if halves { h = h.resized(height: h.shape[2] / 2, width: h.shape[3] / 2, .bilinear, antialiased: true) }
        return project?(h, mode) ?? h
    }
}
