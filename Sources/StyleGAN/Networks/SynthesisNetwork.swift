import Layers
import TensorCore

/// How the blocks of a network are joined (Karras et al. 2020, figure 7).
public enum StyleGANForm: String, Codable, Sendable, CaseIterable {
    /// One after the other; only the last makes the image.
    case original = "orig"
    /// The image is the sum of those that all blocks make, or is shown to all blocks.
    case skip
    /// Each block is added to a linear branch beside it.
    case residual = "resnet"
}

/// The part of a synthesis network for one size: two convolutions, the first of which doubles the size, and the image
/// of that size. The first block has a learned constant instead of the first convolution.
package final class SynthesisBlock: Module {
    /// `[C, H, W]`; nil but in the first block.
    let const: Parameter?
    let conv0: SynthesisLayer?
    let conv1: SynthesisLayer
    let torgb: ToRGB?
    let skip: EqualizedConvolution?

    /// - Parameters:
    ///   - inputs: channels of the block before; nil for the first block.
    ///   - isLast: whether it makes the image in every form.
    init(
        _ inputs: Int?, _ outputs: Int, channels: Int, styleSize: Int, height: Int, width: Int, form: StyleGANForm,
        isLast: Bool, clamp: Float, random: Random
    ) {
        func layer(_ inputs: Int, isUpsampling: Bool) -> SynthesisLayer {
            SynthesisLayer(
                inputs, outputs, styleSize: styleSize, isUpsampling: isUpsampling, height: height, width: width,
                clamp: clamp, random: random)
        }
        const =
            inputs == nil ? Parameter(Initializer.normal(1)([outputs, height, width], random: random)) : nil
        conv0 = inputs.map { layer($0, isUpsampling: true) }
        conv1 = layer(outputs, isUpsampling: false)
        torgb =
            isLast || form == .skip
            ? ToRGB(outputs, channels: channels, styleSize: styleSize, clamp: clamp, random: random) : nil
        skip =
            form == .residual
            ? inputs.map {
                EqualizedConvolution($0, outputs, kernel: 1, bias: false, isRectified: false, .up, random: random)
            } : nil
    }

    /// The number of styles that its convolutions take; the next one is for its image.
    var styleCount: Int { conv0 == nil ? 1 : 2 }

    /// - Parameters:
    ///   - x: the features of the block before; nil for the first block.
    ///   - image: the image so far, of half the size.
    ///   - batch: the number of images.
    ///   - style: the style of each layer in order, `[N, styleSize]`.
    /// - Returns: the features and the image so far.
    func callAsFunction(
        _ x: Tensor?, image: Tensor?, batch: Int, _ noise: StyleNoise, _ mode: ForwardMode,
        style: (_ layer: Int) -> Tensor
    ) -> (features: Tensor, image: Tensor?) {
        var y: Tensor
        if let const {
            let start = const.value(in: mode)
            y = start.reshaped(to: Shape([1] + start.shape.dimensions))
                .broadcast(to: Shape([batch] + start.shape.dimensions))
            y = conv1(y, style: style(0), noise, mode)
        } else if let conv0, let x {
            let factor = skip == nil ? 1 : StyleArithmetic.branchGain
            y = conv0(x, style: style(0), noise, mode)
            y = conv1(y, style: style(1), noise, times: factor, mode)
            if let skip { y = skip(x, times: factor, mode) + y }
        } else {
            preconditionFailure("a synthesis block lacks the features of the block before")
        }
        let larger = image.map { $0.filteredUp(mode.wrapping) }
        guard let torgb else { return (y, larger) }
        let own = torgb(y, style: style(styleCount), mode)
        return (y, larger.map { $0 + own } ?? own)
    }
}

/// The network that makes images from styles: a learned constant, then blocks that double the size.
package final class SynthesisNetwork: Module {
    let blocks: NumberedModules<SynthesisBlock>

    init(_ sizes: StyleGANParameters, random: Random) {
        let levels = sizes.levels
        blocks = NumberedModules(
            "b",
            levels.indices.map { index in
                let block = SynthesisBlock(
                    index == 0 ? nil : levels[index - 1].channels, levels[index].channels,
                    channels: sizes.image.channels, styleSize: sizes.styleSize, height: levels[index].height,
                    width: levels[index].width, form: sizes.form, isLast: index == levels.count - 1,
                    clamp: Float(sizes.clamp), random: random)
                return (levels[index].number, block)
            })
    }

    /// The number of styles of an image: one for each convolution, and one for the last image.
    package var styleCount: Int { blocks.modules.reduce(1) { $0 + $1.styleCount } }

    /// Images `[N, channels, H, W]` of styles: `[N, styleCount, styleSize]`, or `[N, styleSize]` for all layers alike.
    package func callAsFunction(_ styles: Tensor, _ noise: StyleNoise, _ mode: ForwardMode) -> Tensor {
        var (features, image): (Tensor?, Tensor?) = (nil, nil)
        var first = 0
        for block in blocks.modules {
            (features, image) = block(features, image: image, batch: styles.shape[0], noise, mode) { layer in
                guard styles.rank == 3 else { return styles }
                return styles.slice(axis: 1, from: first + layer, count: 1)
                    .reshaped(to: [styles.shape[0], styles.shape[2]])
            }
            first += block.styleCount
        }
        guard let image else { preconditionFailure("the last synthesis block makes no image") }
        return image
    }
}
