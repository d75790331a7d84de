import Layers
import TensorCore

/// ESRGAN's generator (Wang et al. 2018, "ESRGAN: enhanced super-resolution generative adversarial networks"):
/// residual-in-residual dense blocks at low resolution, then two nearest-neighbor doublings. For scales 2 and 1 the
/// image is first made smaller by turning pixels into channels (Wang et al. 2021, "Real-ESRGAN").
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`; height and width are multiples of 4 / scale. Parameter names
/// are those of the public checkpoints (23 blocks; 6 in the anime variant).
package final class RRDBNet: Layer {
    let convFirst: Conv2d
    let body: [RRDB]
    let convBody: Conv2d
    let convUp1: Conv2d
    let convUp2: Conv2d
    let convHr: Conv2d
    let convLast: Conv2d
    /// How many times larger the result is.
    package let scale: Int
    private let inputs: Int
    private let features: Int

    /// - Parameters:
    ///   - scale: 1, 2 or 4.
    ///   - inputs, outputs: channels of input and output.
    ///   - features: channels between the dense blocks.
    ///   - blocks: residual-in-residual dense blocks.
    ///   - growth: channels that each convolution of a dense block adds.
    package init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 64, blocks: Int = 23, growth: Int = 32,
        random: Random
    ) {
        precondition([1, 2, 4].contains(scale), "RRDBNet: scale \(scale)")
        (self.scale, self.inputs, self.features) = (scale, inputs, features)
        let fold = 4 / scale
        convFirst = Conv2d(inputs * fold * fold, features, kernel: 3, padding: 1, random: random)
        body = (0..<blocks).map { _ in RRDB(features, growth: growth, random: random) }
        func convolution(_ to: Int) -> Conv2d { Conv2d(features, to, kernel: 3, padding: 1, random: random) }
        convBody = convolution(features)
        convUp1 = convolution(features)
        convUp2 = convolution(features)
        convHr = convolution(features)
        convLast = convolution(outputs)
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let shallow = shallow(x, mode)
        var h = shallow
        for block in body { h = block(h, mode) }
        return image(of: shallow + convBody(h, mode), mode)
    }

    private func shallow(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        convFirst(scale == 4 ? x : x.pixelUnshuffled(by: 4 / scale), mode)
    }

    private func image(of features: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = convUp1(features.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
        h = convUp2(h.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
        return convLast(convHr(h, mode).leakyReLU(slope: 0.2), mode)
    }
}

extension RRDBNet: RowGenerator {
    /// A pixel of a dense block depends on five rows above and below. The last layers depend on few pixels but take
    /// most of the memory, so they work on small squares.
    func rowNetwork(_ mode: ForwardMode) -> RowNetwork {
        let features = features
        let joinsColumns = mode.wrapping.joinsColumns
        let mode = mode.wrapping(Wrapping(x: joinsColumns, y: false))
        let plain = mode.wrapping(.neither)
        func window(
            _ reach: Int, working: Int, _ owner: any Module, _ forward: @escaping @Sendable (Tensor) -> Tensor
        ) -> RowNetwork {
            let network = PlannedNetwork(of: owner, planLimit: 12) { forward($0[0]) }
            return .window(RowWindow(reach: reach, channels: features, working: working) { network($0) })
        }
        let blocks = body.map { block in
            let parts = [block.rdb1, block.rdb2, block.rdb3].map { part in
                window(5, working: 4 * features + 4 * part.growth, part) { part($0, mode) }
            }
            return RowNetwork.residual(.chain(parts), scale: 0.2)
        }
        let last = window(1, working: 4 * features, convBody) { [convBody] in convBody($0, mode) }
        let first = PlannedNetwork(of: convFirst, planLimit: 12) { self.shallow($0[0], mode) }
        let shallow = RowWindow(reach: 1, taken: 4 / scale, channels: inputs, working: 2 * features) { first($0) }
        let large = PlannedNetwork(of: self, planLimit: 12) { self.image(of: $0[0], plain) }
        // Half a position for the first convolution, a quarter for each of the three others, and the result's own.
        let reach = 2
        let image = ColumnParts(reach: reach, scale: 4, wraps: joinsColumns) { large($0) }
        let side = ColumnParts.part + 2 * reach
        return .chain([
            .sum(.chain([.window(shallow)] + blocks + [last]), shallow),
            .window(
                RowWindow(
                    reach: reach, given: 4, channels: features, working: 4 * features, limit: ColumnParts.part,
                    fixedBytes: 2 * 16 * side * side * features * 4
                ) { image($0) }),
        ])
    }
}

/// Three dense blocks in a row, times 0.2, added to the input.
final class RRDB: Layer {
    let rdb1: ResidualDenseBlock
    let rdb2: ResidualDenseBlock
    let rdb3: ResidualDenseBlock

    init(_ features: Int, growth: Int, random: Random) {
        rdb1 = ResidualDenseBlock(features, growth: growth, random: random)
        rdb2 = ResidualDenseBlock(features, growth: growth, random: random)
        rdb3 = ResidualDenseBlock(features, growth: growth, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        rdb3(rdb2(rdb1(x, mode), mode), mode).scaled(by: 0.2) + x
    }
}

/// Five convolutions, each of which sees the block's input and the results of all before it.
final class ResidualDenseBlock: Layer {
    let conv1: Conv2d
    let conv2: Conv2d
    let conv3: Conv2d
    let conv4: Conv2d
    let conv5: Conv2d
    /// Channels that each convolution but the last adds.
    let growth: Int

    init(_ features: Int, growth: Int, random: Random) {
        self.growth = growth
        func convolution(_ position: Int, _ to: Int) -> Conv2d {
            .small3x3(features + position * growth, to, random: random)
        }
        conv1 = convolution(0, growth)
        conv2 = convolution(1, growth)
        conv3 = convolution(2, growth)
        conv4 = convolution(3, growth)
        conv5 = convolution(4, features)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var known = x
        for conv in [conv1, conv2, conv3, conv4] {
            known = Tensor.concatenated([known, conv(known, mode).leakyReLU(slope: 0.2)], axis: 1)
        }
        return conv5(known, mode).scaled(by: 0.2) + x
    }
}

extension RRDBNet: UpscalingGenerator {
    /// The side of the squares of pixels that become channels.
    package var multiple: Int { 4 / scale }
    /// Every convolution adds one pixel; those after the doublings add less.
    package var reach: Int { (body.count * 15 + 4) * 4 / scale }
}
