import Layers
import Models
import TensorCore

/// The residual generator of Johnson et al. 2016, "Perceptual losses for real-time style transfer", as CycleGAN (Zhu et
/// al. 2017) uses it: a 7×7 convolution, two halvings, residual blocks, two doublings, a 7×7 convolution. Borders are
/// reflected.
///
/// `[N, inputs, H, W] → [N, outputs, H, W]` in [−1, 1]; height and width are multiples of 4. Parameter names are those
/// of the public checkpoints (`resnet_9blocks`, `resnet_6blocks`).
package final class ResNetGenerator: Layer {
    let model: Sequential
    /// The number of which height and width must be multiples.
    package let multiple = 4
    /// The normalization of its activations.
    package let normalization: NormalizationKind

    /// - Parameters:
    ///   - inputs, outputs: channels of input and output.
    ///   - blocks: residual blocks at a quarter of the resolution; 9 for 256×256 images, 6 for 128×128 ones.
    ///   - width: channels at full resolution, doubled at each halving.
    ///   - dropout: drop half of the values inside the blocks.
    ///   - upsampling: how images return to their size.
    ///   - isLimited: whether tanh limits the output to −1 ... 1; scores of colors have no limits.
    package init(
        inputs: Int = 3, outputs: Int = 3, blocks: Int = 9, width: Int = 64,
        normalization: NormalizationKind = .instance, dropout: Bool = false,
        upsampling: Upsampling = .transposed, isLimited: Bool = true, random: Random
    ) {
        let bias = normalization.leavesBias
        func convolution(_ from: Int, _ to: Int, kernel: Int, stride: Int = 1, bias: Bool) -> Conv2d {
            Conv2d(
                from, to, kernel: kernel, stride: stride, padding: stride == 1 ? 0 : 1, bias: bias,
                initializer: .normal(0.02), random: random)
        }
        func up(_ from: Int, _ to: Int) -> any Layer {
            upsampling.layer(from, to, kernel: 3, outputPadding: 1, bias: bias, random)
        }
        var layers: [any Layer] = [
            Pad(3), convolution(inputs, width, kernel: 7, bias: bias), normalization.layer(width), ReLU(),
            convolution(width, 2 * width, kernel: 3, stride: 2, bias: bias), normalization.layer(2 * width), ReLU(),
            convolution(2 * width, 4 * width, kernel: 3, stride: 2, bias: bias), normalization.layer(4 * width), ReLU(),
        ]
        for _ in 0..<blocks {
            layers.append(ResNetBlock(4 * width, normalization: normalization, dropout: dropout, random: random))
        }
        layers += [
            up(4 * width, 2 * width), normalization.layer(2 * width), ReLU(),
            up(2 * width, width), normalization.layer(width), ReLU(),
            Pad(3), convolution(width, outputs, kernel: 7, bias: true),
        ]
        if isLimited { layers.append(Tanh()) }
        model = Sequential(layers)
        self.normalization = normalization
    }

    /// Images `[N, outputs, H, W]` for images `[N, inputs, H, W]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { model(x, mode) }
}

/// x + two 3×3 convolutions of x.
final class ResNetBlock: Layer {
    let convBlock: Sequential

    init(_ channels: Int, normalization: NormalizationKind, dropout: Bool, random: Random) {
        func convolution() -> Conv2d {
            Conv2d(
                channels, channels, kernel: 3, bias: normalization.leavesBias, initializer: .normal(0.02),
                random: random)
        }
        let noise: [any Layer] = dropout ? [Dropout(0.5)] : []
        convBlock = Sequential(
            [Pad(1), convolution(), normalization.layer(channels), ReLU()] + noise
                + [Pad(1), convolution(), normalization.layer(channels)])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x + convBlock(x, mode) }
}

extension ResNetGenerator: TranslationGenerator {}

extension Architecture {
    /// The residual generator of CycleGAN, in the public code `ResnetGenerator`.
    package static let resnet = Architecture(
        id: "resnet", family: .translator, parameters: TranslatorParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check(depth: 1...64) },
        multiple: { _ in 4 },
        words: { "a ResNet generator of \($0.depth) blocks (\($0.channelWords)\($0.dropout ? ", dropout" : ""))" },
        detect: { shapes in
            guard let first = shapes["model.1.weight", rank: 4], first[2] == 7,
                shapes.has("model.10.conv_block.1.weight")
            else { return nil }
            var sizes = TranslatorParameters()
            sizes.depth = shapes.count { "model.\(10 + $0).conv_block.1.weight" }
            guard let last = shapes["model.\(17 + sizes.depth).weight", rank: 4] else { return nil }
            (sizes.inputChannels, sizes.outputChannels, sizes.width) = (first[1], last[0], first[0])
            sizes.normalization = shapes["model.2.weight", rank: 1] != nil ? .batch : .instance
            sizes.dropout = shapes["model.10.conv_block.6.weight", rank: 4] != nil
            return sizes
        },
        make: { sizes, random in
            sizes.finished(
                ResNetGenerator(
                    inputs: sizes.planes.count, outputs: sizes.networkOutputs, blocks: sizes.depth, width: sizes.width,
                    normalization: sizes.normalization, dropout: sizes.dropout, upsampling: sizes.upsampling,
                    isLimited: sizes.palette.isEmpty, random: random))
        })
}
