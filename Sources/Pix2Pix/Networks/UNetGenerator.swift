import Layers
import Models
import TensorCore

/// The U-Net of Isola et al. 2017, "Image-to-image translation with conditional adversarial networks": each level
/// halves the image with a 4×4 convolution, passes it to the next level, doubles the result with a transposed
/// convolution, and concatenates it to its input.
///
/// `[N, inputs, H, W] → [N, outputs, H, W]` in [−1, 1]; height and width are multiples of 2^levels. Parameter names are
/// those of the public checkpoints: seven levels are their `unet_128`, eight their `unet_256`.
package final class UNetGenerator: Layer {
    let model: UNetLevel
    /// The number of which height and width must be multiples.
    package let multiple: Int
    /// The normalization of its activations.
    package let normalization: NormalizationKind

    /// - Parameters:
    ///   - inputs, outputs: channels of input and output.
    ///   - levels: halvings, 2 or more.
    ///   - width: channels after the first halving, doubled three times.
    ///   - dropout: drop half of the values on the levels as wide as the innermost one: the noise of the paper.
    ///   - upsampling: how levels return to their size.
    ///   - isLimited: whether tanh limits the output to −1 ... 1; scores of colors have no limits.
    package init(
        inputs: Int = 3, outputs: Int = 3, levels: Int = 8, width: Int = 64, normalization: NormalizationKind = .batch,
        dropout: Bool = true, upsampling: Upsampling = .transposed, isLimited: Bool = true, random: Random
    ) {
        precondition(levels >= 2, "UNetGenerator: \(levels) levels")
        let widths = (0..<levels).map { width << min($0, 3) }
        var level = UNetLevel(
            innermost: widths[levels - 2], widths[levels - 1], normalization: normalization, upsampling: upsampling,
            random: random)
        for i in (1..<levels - 1).reversed() {
            level = UNetLevel(
                widths[i - 1], widths[i], around: level, normalization: normalization, dropout: dropout && i >= 4,
                upsampling: upsampling, random: random)
        }
        model = UNetLevel(
            outermost: inputs, widths[0], outputs: outputs, around: level, normalization: normalization,
            upsampling: upsampling, isLimited: isLimited, random: random)
        multiple = 1 << levels
        self.normalization = normalization
    }

    /// Images `[N, outputs, H, W]` for images `[N, inputs, H, W]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { model(x, mode) }
}

/// One level: down, the inner level, up. All levels except the outermost concatenate their input to their result.
final class UNetLevel: Layer {
    let model: Sequential
    private let joinsInput: Bool

    /// The outermost level, from image to image.
    init(
        outermost inputs: Int, _ width: Int, outputs: Int, around inner: UNetLevel,
        normalization: NormalizationKind, upsampling: Upsampling, isLimited: Bool, random: Random
    ) {
        let layers: [any Layer] = [
            Self.down(inputs, width, bias: normalization.leavesBias, random), inner,
            ReLU(), upsampling.layer(2 * width, outputs, bias: true, random),
        ]
        model = Sequential(isLimited ? layers + [Tanh()] : layers)
        joinsInput = false
    }

    /// A middle level: from `outer` channels to `width` and, concatenated with the inner result, back.
    init(
        _ outer: Int, _ width: Int, around inner: UNetLevel, normalization: NormalizationKind, dropout: Bool,
        upsampling: Upsampling, random: Random
    ) {
        let bias = normalization.leavesBias
        let layers: [any Layer] = [
            LeakyReLU(0.2), Self.down(outer, width, bias: bias, random), normalization.layer(width), inner,
            ReLU(), upsampling.layer(2 * width, outer, bias: bias, random), normalization.layer(outer),
        ]
        model = Sequential(dropout ? layers + [Dropout(0.5)] : layers)
        joinsInput = true
    }

    /// The innermost level: down to the smallest image and up again.
    init(
        innermost outer: Int, _ width: Int, normalization: NormalizationKind, upsampling: Upsampling, random: Random
    ) {
        let bias = normalization.leavesBias
        model = Sequential([
            LeakyReLU(0.2), Self.down(outer, width, bias: bias, random),
            ReLU(), upsampling.layer(width, outer, bias: bias, random), normalization.layer(outer),
        ])
        joinsInput = true
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let y = model(x, mode)
        return joinsInput ? Tensor.concatenated([x, y], axis: 1) : y
    }

    private static func down(_ from: Int, _ to: Int, bias: Bool, _ random: Random) -> Conv2d {
        Conv2d(
            from, to, kernel: 4, stride: 2, padding: 1, bias: bias, initializer: .normal(0.02), random: random)
    }
}

extension UNetGenerator: TranslationGenerator {}

extension Architecture {
    /// The U-Net of pix2pix, in the public code `UnetGenerator`.
    package static let unet = Architecture(
        id: "unet", family: .translator, parameters: TranslatorParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check(depth: 2...12) },
        multiple: { 1 << $0.depth },
        words: { "a U-Net of \($0.depth) levels (\($0.channelWords))" },
        // The tensors do not show whether training used dropout.
        detect: { shapes in
            guard let first = shapes["model.model.0.weight", rank: 4], shapes.has("model.model.1.model.1.weight"),
                let last = shapes["model.model.3.weight", rank: 4]
            else { return nil }
            var sizes = TranslatorParameters()
            (sizes.inputChannels, sizes.outputChannels, sizes.width) = (first[1], last[1], first[0])
            var innermost = "model.model.1.model"
            sizes.depth = 2
            while shapes.has(innermost + ".5.weight"), sizes.depth < 16 {
                innermost += ".3.model"
                sizes.depth += 1
            }
            sizes.normalization = shapes[innermost + ".4.weight", rank: 1] != nil ? .batch : .instance
            sizes.size = 1 << sizes.depth
            return sizes
        },
        make: { sizes, random in
            sizes.finished(
                UNetGenerator(
                    inputs: sizes.planes.count, outputs: sizes.networkOutputs, levels: sizes.depth, width: sizes.width,
                    normalization: sizes.normalization, dropout: sizes.dropout, upsampling: sizes.upsampling,
                    isLimited: sizes.palette.isEmpty, random: random))
        })
}
