import Layers
import TensorCore

/// ESRGAN's generator (Wang et al. 2018, "ESRGAN: enhanced super-resolution generative adversarial networks"):
/// residual-in-residual dense blocks at low resolution, then nearest-neighbor doublings, as many as the scale needs. With
/// more of them, the image is first made smaller by turning pixels into channels, as Real-ESRGAN does for the scales 2
/// and 1 (Wang et al. 2021).
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`; height and width are multiples of the side of the squares that
/// become channels. Parameter names are those of the public checkpoints (23 blocks; 6 in the anime variant).
package final class RRDBNet: Layer {
    let convFirst: Conv2d
    let body: [RRDB]
    let convBody: Conv2d
    let convUp1: Conv2d?
    let convUp2: Conv2d?
    let convUp3: Conv2d?
    let convUp4: Conv2d?
    let convHr: Conv2d
    let convLast: Conv2d
    /// How many times larger the result is.
    package let scale: Int
    /// The side of the squares of pixels that become channels.
    let fold: Int
    let inputs: Int
    let outputs: Int
    let features: Int

    /// - Parameters:
    ///   - scale: a power of two, at most 16.
    ///   - inputs, outputs: channels of input and output.
    ///   - features: channels between the dense blocks.
    ///   - blocks: residual-in-residual dense blocks.
    ///   - growth: channels that each convolution of a dense block adds.
    ///   - doublings: the number of doublings, 0 to 4; more than the scale needs turn pixels into channels.
    ///   - plus: whether dense blocks have the additional residual paths of ESRGAN+.
    package init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 64, blocks: Int = 23, growth: Int = 32,
        doublings: Int = 2, plus: Bool = false, random: Random
    ) {
        precondition((0...4).contains(doublings), "RRDBNet: \(doublings) doublings")
        let large = 1 << doublings
        precondition(scale >= 1 && large % scale == 0, "RRDBNet: scale \(scale) with \(doublings) doublings")
        (self.scale, self.inputs, self.outputs, self.features) = (scale, inputs, outputs, features)
        fold = large / scale
        convFirst = Conv2d(inputs * fold * fold, features, kernel: 3, padding: 1, random: random)
        body = (0..<blocks).map { _ in RRDB(features, growth: growth, plus: plus, random: random) }
        func convolution(_ to: Int) -> Conv2d { Conv2d(features, to, kernel: 3, padding: 1, random: random) }
        convBody = convolution(features)
        convUp1 = doublings > 0 ? convolution(features) : nil
        convUp2 = doublings > 1 ? convolution(features) : nil
        convUp3 = doublings > 2 ? convolution(features) : nil
        convUp4 = doublings > 3 ? convolution(features) : nil
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

    /// The first features, before the dense blocks.
    func shallow(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        convFirst(fold == 1 ? x : x.pixelUnshuffled(by: fold), mode)
    }

    /// The image of the last features at low resolution.
    func image(of features: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = features
        for convolution in [convUp1, convUp2, convUp3, convUp4].compactMap(\.self) {
            h = convolution(h.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
        }
        return convLast(convHr(h, mode).leakyReLU(slope: 0.2), mode)
    }
}

extension RRDBNet: UpscalingGenerator {
    /// The side of the squares of pixels that become channels.
    package var multiple: Int { fold }
    /// Every convolution adds one pixel; those after the doublings add less.
    package var reach: Int { (body.count * 15 + 4) * fold }
}

/// Three dense blocks in a row, times 0.2, added to the input.
final class RRDB: Layer {
    let rdb1: ResidualDenseBlock
    let rdb2: ResidualDenseBlock
    let rdb3: ResidualDenseBlock

    init(_ features: Int, growth: Int, plus: Bool, random: Random) {
        rdb1 = ResidualDenseBlock(features, growth: growth, plus: plus, random: random)
        rdb2 = ResidualDenseBlock(features, growth: growth, plus: plus, random: random)
        rdb3 = ResidualDenseBlock(features, growth: growth, plus: plus, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        rdb3(rdb2(rdb1(x, mode), mode), mode).scaled(by: 0.2) + x
    }
}

/// Five convolutions, each of which sees the block's input and the results of all before it. In ESRGAN+ (Rakotonirina and
/// Rasoanaivo 2020), the second one's result also has a 1×1 convolution of the input, and the fourth one's has the second
/// one's.
final class ResidualDenseBlock: Layer {
    let conv1: Conv2d
    let conv2: Conv2d
    let conv1x1: Conv2d?
    let conv3: Conv2d
    let conv4: Conv2d
    let conv5: Conv2d
    /// Channels that each convolution but the last adds.
    let growth: Int

    init(_ features: Int, growth: Int, plus: Bool, random: Random) {
        self.growth = growth
        func convolution(_ position: Int, _ to: Int) -> Conv2d {
            .small3x3(features + position * growth, to, random: random)
        }
        conv1 = convolution(0, growth)
        conv2 = convolution(1, growth)
        conv1x1 = plus ? Conv2d(features, growth, kernel: 1, bias: false, random: random) : nil
        conv3 = convolution(2, growth)
        conv4 = convolution(3, growth)
        conv5 = convolution(4, features)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var known = x
        var path = conv1x1?(x, mode)
        for (index, conv) in [conv1, conv2, conv3, conv4].enumerated() {
            var next = conv(known, mode).leakyReLU(slope: 0.2)
            if index % 2 == 1, let sum = path {
                next = next + sum
                path = next
            }
            known = Tensor.concatenated([known, next], axis: 1)
        }
        return conv5(known, mode).scaled(by: 0.2) + x
    }
}
