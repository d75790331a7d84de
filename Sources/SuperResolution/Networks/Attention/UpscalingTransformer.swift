import Layers
import TensorCore

/// The frame of SwinIR and its successors (Liang et al. 2021): a convolution, groups of transformer blocks with a
/// shortcut around all of them, and an upsampler.
///
/// `[N, C, H, W] → [N, C, H·scale, W·scale]`; height and width are multiples of `multiple`. Parameter names are those
/// of the public checkpoints; the groups differ.
package final class UpscalingTransformer: Layer {
    let noNorm: StateTensor?
    let convFirst: Conv2d
    let embedding: NamedModules<LayerNorm2d>
    let layers: [any Layer]
    let norm: LayerNorm2d
    let convAfterBody: (any Layer)?
    let end: NamedModules<TransformerEnd>
    /// Tiles differ from the whole image within this distance from their borders: see Docs/upscale.md.
    package let reach: Int
    private let frame: TransformerFrame
    private let mean: Tensor?

    /// - Parameters:
    ///   - frame: the sizes around the groups.
    ///   - reach: the distance on which a pixel of the result depends through the groups.
    ///   - layers: the groups, from `features` channels to as many.
    init(_ frame: TransformerFrame, reach: Int, layers: [any Layer], random: Random) {
        let (features, channels) = (frame.features, frame.inputChannels)
        (self.frame, self.reach) = (frame, reach)
        // The mean of DIV2K's colors.
        mean = frame.centers && channels == 3 ? Tensor([0.4488, 0.4371, 0.4040], shape: [1, 3, 1, 1]) : nil
        noNorm = frame.centers ? nil : StateTensor(.zeros([1]))
        convFirst = Conv2d(
            channels * frame.unshuffle * frame.unshuffle, features, kernel: 3, padding: 1, random: random)
        embedding = NamedModules(frame.normalization.map { [($0, LayerNorm2d(features))] } ?? [])
        self.layers = layers
        norm = LayerNorm2d(features)
        convAfterBody = frame.connection.layer(features, random: random)
        end = NamedModules([("", TransformerEnd(frame, random: random))])
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let (height, width, range) = (x.shape[2], x.shape[3], Float(frame.range))
        let image = x.mirrored(toHeight: frame.mirrored(height), width: frame.mirrored(width))
        let centered = (mean.map { image - $0 } ?? image).scaled(by: range)
        let shallow = convFirst(
            frame.unshuffle > 1 ? centered.pixelUnshuffled(by: frame.unshuffle) : centered, mode)
        var h = embedding.modules.reduce(shallow) { $1($0, mode) }
        for layer in layers { h = layer(h, mode) }
        h = norm(h, mode)
        let deep = (convAfterBody.map { $0(h, mode) } ?? h) + shallow
        let y = end.modules[0](deep, input: centered, mode).scaled(by: 1 / range)
        return (mean.map { y + $0 } ?? y).cut(toHeight: height * scale, width: width * scale)
    }
}

extension UpscalingTransformer: UpscalingGenerator {
    /// How many times larger the result is.
    package var scale: Int { frame.scale }
    /// The number of which height and width of images must be multiples.
    package var multiple: Int { frame.multiple }
}

extension Tensor {
    /// Images of at least a height and a width: what is missing below and to the right mirrors the image, with its
    /// border, as often as needed.
    fileprivate func mirrored(toHeight height: Int, width: Int) -> Tensor {
        func positions(_ extent: Int, _ wanted: Int) -> [Int] {
            (0..<wanted).map { $0 / extent % 2 == 0 ? $0 % extent : extent - 1 - $0 % extent }
        }
        var x = self
        if height > shape[2] { x = x.gathering(positions(shape[2], height), axis: 2) }
        return width > shape[3] ? x.gathering(positions(shape[3], width), axis: 3) : x
    }

    /// The upper left part of images.
    fileprivate func cut(toHeight height: Int, width: Int) -> Tensor {
        var x = self
        if height < shape[2] { x = x.slice(axis: 2, from: 0, count: height) }
        return width < shape[3] ? x.slice(axis: 3, from: 0, count: width) : x
    }
}
