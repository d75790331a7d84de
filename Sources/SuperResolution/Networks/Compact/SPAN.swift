import Layers
import TensorCore

/// SPAN (Wan et al. 2024, "Swift parameter-free attention network for efficient super-resolution"): six blocks of three
/// 3×3 convolutions, each block with an attention that has no weights, (h + x) · (σ(h) − ½), and a pixel shuffle.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class SPAN: Layer {
    let first: NumberedModules<MergedConvolution>
    let blocks: NumberedModules<SPANBlock>
    let second: NumberedModules<MergedConvolution>
    let convCat: Conv2d
    let upsampler: Sequential
    let noNorm: StateTensor?
    /// How many times larger the result is.
    package let scale: Int
    private let inputs: Int
    private let features: Int
    private let inputRange: Float

    /// The mean color of the dataset DIV2K.
    static let mean: [Float] = [0.4488, 0.4371, 0.4040]
    /// Blocks.
    static let blockCount = 6

    /// - Parameters:
    ///   - scale: 1 or more.
    ///   - inputs, outputs: channels of input and output; a normalized input has 3.
    ///   - features: channels of the hidden layers.
    ///   - normalized: whether the mean color is subtracted from the input.
    ///   - inputRange: the factor of a normalized input.
    ///   - merged: whether the convolutions have only the sums of their paths.
    package init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 48, normalized: Bool = true,
        inputRange: Double = 255, merged: Bool = false, random: Random
    ) {
        precondition(scale >= 1 && (!normalized || inputs == 3), "SPAN: \(inputs) channels ×\(scale)")
        (self.scale, self.inputs, self.features, self.inputRange) = (scale, inputs, features, Float(inputRange))
        first = NumberedModules("conv_", [(1, MergedConvolution(inputs, features, merged: merged, random: random))])
        blocks = NumberedModules(
            "block_", (1...Self.blockCount).map { ($0, SPANBlock(features, merged: merged, random: random)) })
        second = NumberedModules("conv_", [(2, MergedConvolution(features, features, merged: merged, random: random))])
        convCat = Conv2d(4 * features, features, kernel: 1, random: random)
        upsampler = Sequential([
            Conv2d(features, outputs * scale * scale, kernel: 3, padding: 1, random: random), PixelShuffle(scale),
        ])
        noNorm = normalized ? nil : StateTensor(.zeros([1]))
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let shallow = shallow(x, mode)
        var (h, firstResult, inner) = (shallow, shallow, shallow)
        for (index, block) in blocks.modules.enumerated() {
            (h, inner) = block.results(h, mode)
            if index == 0 { firstResult = h }
        }
        let all = Tensor.concatenated([shallow, second.modules[0](h, mode), firstResult, inner], axis: 1)
        return upsampler(convCat(all, mode), mode)
    }

    private func shallow(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let centered = noNorm == nil ? (x - Tensor(Self.mean, shape: [1, 3, 1, 1])) * inputRange : x
        return first.modules[0](centered, mode)
    }
}

/// Three convolutions, with SiLU between them, and the attention.
final class SPANBlock: Layer {
    let c1R: MergedConvolution
    let c2R: MergedConvolution
    let c3R: MergedConvolution

    init(_ features: Int, merged: Bool, random: Random) {
        c1R = MergedConvolution(features, features, merged: merged, random: random)
        c2R = MergedConvolution(features, features, merged: merged, random: random)
        c3R = MergedConvolution(features, features, merged: merged, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { results(x, mode).result }

    /// The result, and what the first convolution gives after its activation.
    func results(_ x: Tensor, _ mode: ForwardMode) -> (result: Tensor, first: Tensor) {
        let first = c1R(x, mode).silu()
        let last = c3R(c2R(first, mode).silu(), mode)
        // tanh(x / 2) / 2 is sigmoid(x) − 1 / 2, in one pass.
        return ((last + x) * last.scaled(by: 0.5).tanh().scaled(by: 0.5), first)
    }
}

extension SPAN: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    /// Every 3×3 convolution adds one pixel.
    package var reach: Int { 3 * Self.blockCount + 3 }
}

extension SPAN: RowGenerator {
    /// The convolution of the concatenation is a sum of four, each beside what it needs: the image, the result of the
    /// first block, and the last two parts at the end.
    func rowNetwork(_ mode: ForwardMode) -> RowNetwork {
        let features = features
        let mode = mode.wrapping(Wrapping(x: mode.wrapping.joinsColumns, y: false))
        func window(
            _ reach: Int, _ owners: any Module, channels: Int? = nil, given: Int = 1, working: Int,
            _ forward: @escaping @Sendable (Tensor) -> Tensor
        ) -> RowWindow {
            let network = PlannedNetwork(of: owners, planLimit: 12) { forward($0[0]) }
            return RowWindow(reach: reach, given: given, channels: channels ?? features, working: working) {
                network($0)
            }
        }
        /// The part of the last 1×1 convolution for one of the four.
        @Sendable func joining(_ x: Tensor, _ place: Int, bias: Bool = false) -> Tensor {
            let weight = convCat.weight.value(in: mode).slice(axis: 1, from: place * features, count: features)
            return x.convolved(
                with: weight, bias: bias ? convCat.bias?.value(in: mode) : nil, precision: mode.precision)
        }
        let blocks = blocks.modules
        let inner = blocks.dropLast().map { block in
            window(3, block, working: 5 * features) { block($0, mode) }
        }
        let last = window(4, self, working: 6 * features) { [second, last = blocks[blocks.count - 1]] in
            let (h, first) = last.results($0, mode)
            return joining(second.modules[0](h, mode), 1) + joining(first, 3)
        }
        let first = window(1, self, channels: inputs, working: 2 * features) { self.shallow($0, mode) }
        let shallow = window(1, self, channels: inputs, working: 3 * features) {
            joining(self.shallow($0, mode), 0, bias: true)
        }
        let firstResult = window(0, convCat, working: 2 * features) { joining($0, 2) }
        let image = window(1, upsampler, given: scale, working: 2 * features + 2 * 3 * scale * scale) {
            [upsampler] in upsampler($0, mode)
        }
        let deep = RowNetwork.chain(inner.dropFirst().map { .window($0) } + [.window(last)])
        return .chain([
            .sum(.chain([.window(first), .window(inner[0]), .sum(deep, firstResult)]), shallow), .window(image),
        ])
    }
}
