import FastGAN
import ImageData
import Layers
import Models
import TensorCore

/// A generator of images that is guided by a drawing: an encoder's maps of the drawing are added to the maps of FastGAN's
/// generator before their normalization, at every resolution, through 1×1 convolutions that start at 0. With the weights
/// of a trained generator, it starts from what that knows of colors and textures (the idea of ControlNet, Zhang et al.
/// 2023, "Adding conditional control to text-to-image diffusion models"). The latent vector says the same everywhere, so
/// the drawing alone decides what is where.
///
/// `[N, planes, H, W] → [N, outputs, H, W]` in [−1, 1]. The network has one size, to which other images are resized, and
/// from which results are resized back. The planes of classes choose scales and shifts; without a class, those are the
/// means over all. The plane of noise gives the latent vector: its first numbers.
package final class GuidedGenerator: Layer {
    let levels: [DrawingLevel]
    let guides: [Conv2d]
    let generator: FastGANGenerator
    private let planes: InputPlanes
    private let size: Int

    /// The size of a latent vector.
    static let latentSize = 128
    /// The most channels of the encoder, as a multiple of `width`.
    private static let mostWidths = 6

    /// - Parameters:
    ///   - planes: what the input consists of; noise is among it.
    ///   - size: the side of the network's images, a power of two from 64 to 512.
    ///   - width: channels of the generator at 128×128.
    init(planes: InputPlanes, outputs: Int, size: Int, width: Int, random: Random) {
        (self.planes, self.size) = (planes, size)
        generator = FastGANGenerator(
            latentSize: Self.latentSize, classes: planes.classCount, size: size, channels: outputs, width: width,
            isGuided: true, random: random)
        let widths = Array(FastGANGenerator.guideWidths(size: size, width: width).reversed())
        let found = widths.indices.map { width * min(1 << $0, Self.mostWidths) }
        levels = found.indices.map { level in
            DrawingLevel(
                level == 0 ? planes.withoutNoise : found[level - 1], found[level], halves: level > 0, random: random)
        }
        guides = zip(found, widths).map { Conv2d($0, $1, kernel: 1, initializer: .zeros, random: random) }
    }

    /// The weights of a network whose generator has other weights.
    static func weights(_ fresh: [String: Tensor], guiding generator: [String: Tensor]) -> [String: Tensor] {
        let named = FastGANGenerator.guided(generator).map { ("generator." + $0.key, $0.value) }
        return fresh.merging(named) { $1 }
    }

    /// Images for inputs.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        guard height != size || width != size else { return images(x, mode) }
        let told = x.slice(axis: 1, from: 0, count: planes.withoutNoise)
            .resized(height: size, width: size, antialiased: true, wrapping: mode.wrapping)
        let noise = x.slice(axis: 1, from: planes.withoutNoise, count: 1).resized(height: size, width: size, .nearest)
        return images(.concatenated([told, noise], axis: 1), mode)
            .resized(height: height, width: width, .bicubic, wrapping: mode.wrapping)
    }

    private func images(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let told = x.slice(axis: 1, from: 0, count: planes.withoutNoise)
        var (h, guided) = (told, [Tensor]())
        for (level, guide) in zip(levels, guides) {
            h = level(h, mode)
            guided.append(guide(h, mode))
        }
        return generator(latents(x), classes: shares(x), guides: guided.reversed(), mode)
    }

    /// The first numbers of the noise, row by row.
    private func latents(_ x: Tensor) -> Tensor {
        let columns = min(size, Self.latentSize)
        let rows = Self.latentSize / columns
        return x.slice(axis: 1, from: planes.withoutNoise, count: 1)
            .slice(axis: 2, from: 0, count: rows).slice(axis: 3, from: 0, count: columns)
            .reshaped(to: [x.shape[0], Self.latentSize])
    }

    /// The share of each class, `[N, classes]`; the same for all where the input says none. Nil without classes.
    private func shares(_ x: Tensor) -> Tensor? {
        let classes = planes.classCount
        guard classes > 0 else { return nil }
        let said = x.slice(axis: 1, from: planes.withoutNoise - classes, count: classes).mean(axes: [2, 3])
        let rest = (1 - said.sum(axes: [1], keepingAxes: true)).scaled(by: 1 / Float(classes))
        return said + rest.broadcast(to: said.shape)
    }
}

/// A level of the encoder: a 3×3 convolution, which may halve the resolution, then a residual one.
final class DrawingLevel: Layer {
    let convolution: Conv2d
    let norm: BatchNorm
    let residual: Conv2d
    let residualNorm: BatchNorm

    init(_ inputs: Int, _ outputs: Int, halves: Bool, random: Random) {
        func convolution(_ inputs: Int, stride: Int) -> Conv2d {
            Conv2d(
                inputs, outputs, kernel: 3, stride: stride, padding: 1, bias: false, initializer: .normal(0.02),
                random: random)
        }
        self.convolution = convolution(inputs, stride: halves ? 2 : 1)
        norm = BatchNorm(outputs)
        residual = convolution(outputs, stride: 1)
        residualNorm = BatchNorm(outputs)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = norm(convolution(x, mode), mode).leakyReLU(slope: 0.2)
        return (h + residualNorm(residual(h, mode), mode)).leakyReLU(slope: 0.2)
    }
}

extension GuidedGenerator: TranslationGenerator {
    /// Images of any size are resized.
    package var multiple: Int { 1 }
    /// That of the generator's images.
    package var side: Int? { size }
    /// Batch normalization, as in FastGAN.
    package var normalization: NormalizationKind { .batch }
}

extension Architecture {
    /// FastGAN's generator, guided by a drawing.
    package static let guided = Architecture(
        id: "guided", family: .translator, parameters: TranslatorParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(depth: 6...9)
            guard sizes.noise else { throw ParameterError("noise is false, it must be true for a guided generator") }
            guard sizes.normalization == .batch, sizes.palette.isEmpty else {
                throw ParameterError("a guided generator has batch normalization, and no palette")
            }
        },
        multiple: { _ in 1 },
        words: { "FastGAN, guided, of \(1 << $0.depth)×\(1 << $0.depth) pixels (\($0.channelWords))" },
        make: { sizes, random in
            GuidedGenerator(
                planes: sizes.planes, outputs: sizes.outputChannels, size: 1 << sizes.depth, width: sizes.width,
                random: random)
        })
}
