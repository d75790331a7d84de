import Layers
import TensorCore
import Training

/// The part of a discriminator for one size: two convolutions, the second of which halves the size.
package final class DiscriminatorBlock: Module {
    let fromrgb: EqualizedConvolution?
    let conv0: EqualizedConvolution
    let conv1: EqualizedConvolution
    let skip: EqualizedConvolution?
    private let form: StyleGANForm

    /// - Parameters:
    ///   - channels: of the image.
    ///   - isFirst: whether it receives only the image.
    init(
        _ inputs: Int, _ outputs: Int, channels: Int, form: StyleGANForm, isFirst: Bool, clamp: Float, random: Random
    ) {
        self.form = form
        fromrgb =
            isFirst || form == .skip
            ? EqualizedConvolution(channels, inputs, kernel: 1, clamp: clamp, random: random) : nil
        conv0 = EqualizedConvolution(inputs, inputs, kernel: 3, clamp: clamp, random: random)
        conv1 = EqualizedConvolution(inputs, outputs, kernel: 3, .down, clamp: clamp, random: random)
        skip =
            form == .residual
            ? EqualizedConvolution(
                inputs, outputs, kernel: 1, bias: false, isRectified: false, .down, random: random) : nil
    }

    /// - Parameters:
    ///   - x: the features of the block before; nil for the first block.
    ///   - image: of the block's size, as far as the block sees it.
    /// - Returns: the features, and the image that the next block sees.
    func callAsFunction(
        _ x: Tensor?, image: Tensor?, _ mode: ForwardMode
    ) -> (features: Tensor, image: Tensor?) {
        var y = x
        if let fromrgb, let image {
            let seen = fromrgb(image, mode)
            y = y.map { $0 + seen } ?? seen
        }
        guard var y else { preconditionFailure("a block of a discriminator sees nothing") }
        if let skip {
            let beside = skip(y, times: StyleArithmetic.branchGain, mode)
            y = beside + conv1(conv0(y, mode), times: StyleArithmetic.branchGain, mode)
        } else {
            y = conv1(conv0(y, mode), mode)
        }
        return (y, form == .skip ? image?.filteredDown(mode.wrapping) : nil)
    }
}

/// The end of a discriminator, at the smallest size: the deviation within groups of images (Karras et al. 2018), a
/// convolution, two fully connected layers.
package final class DiscriminatorEpilogue: Module {
    let fromrgb: EqualizedConvolution?
    let conv: EqualizedConvolution
    let fc: FullyConnected
    let out: FullyConnected
    private let deviation: MinibatchStandardDeviation

    /// - Parameters:
    ///   - pixels: of the smallest size.
    ///   - outputs: 1, or the size of the vector that the class is projected on.
    ///   - group: how many images are compared.
    init(
        _ inputs: Int, outputs: Int, channels: Int, pixels: Int, form: StyleGANForm, group: Int, clamp: Float,
        random: Random
    ) {
        fromrgb =
            form == .skip ? EqualizedConvolution(channels, inputs, kernel: 1, clamp: clamp, random: random) : nil
        deviation = MinibatchStandardDeviation(group: group)
        conv = EqualizedConvolution(inputs + 1, inputs, kernel: 3, clamp: clamp, random: random)
        fc = FullyConnected(inputs * pixels, inputs, isRectified: true, random: random)
        out = FullyConnected(inputs, outputs, random: random)
    }

    /// `[N, inputs, H, W] → [N, outputs]`.
    func callAsFunction(_ x: Tensor, image: Tensor?, _ mode: ForwardMode) -> Tensor {
        var y = x
        if let fromrgb, let image { y = y + fromrgb(image, mode) }
        return out(fc(conv(deviation(y, mode), mode).flattened(), mode), mode)
    }
}

/// StyleGAN2's discriminator (Karras et al. 2020). With classes, the logit is the projection of the image's features on a
/// vector that a mapping network makes of the class (Miyato & Koyama 2018).
///
/// Its tensors have the names that the files of stylegan2-ada-pytorch use: `b64.fromrgb.weight`, `b4.out.bias`, ….
package final class StyleDiscriminator: ImageDiscriminator {
    private let blocks: NumberedModules<DiscriminatorBlock>
    private let last: NumberedModules<DiscriminatorEpilogue>
    /// Of the class; nil without classes.
    let mapping: MappingNetwork?

    /// - Parameters:
    ///   - sizes: the image, the channels, the number of classes, the depth of the mapping network and the form.
    ///   - group: how many images are compared.
    package init(_ sizes: StyleGANParameters, group: Int = 4, random: Random) {
        let levels = sizes.levels.reversed() as [StyleGANParameters.Level]
        let (end, clamp) = (levels[levels.count - 1], Float(sizes.clamp))
        blocks = NumberedModules(
            "b",
            zip(levels, levels.dropFirst()).enumerated().map { index, pair in
                let block = DiscriminatorBlock(
                    pair.0.channels, pair.1.channels, channels: sizes.image.channels, form: sizes.form,
                    isFirst: index == 0, clamp: clamp, random: random)
                return (pair.0.number, block)
            })
        let vector = sizes.classCount > 0 ? end.channels : 0
        let epilogue = DiscriminatorEpilogue(
            end.channels, outputs: max(vector, 1), channels: sizes.image.channels, pixels: end.height * end.width,
            form: sizes.form, group: group, clamp: clamp, random: random)
        last = NumberedModules("b", [(end.number, epilogue)])
        mapping =
            vector > 0
            ? MappingNetwork(
                latentSize: 0, classes: sizes.classCount, styleSize: vector, depth: sizes.mappingLayers,
                random: random) : nil
    }

    /// Logits `[N]` of images `[N, C, H, W]` with the class labels `labels`.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        var (x, image): (Tensor?, Tensor?) = (nil, images)
        for block in blocks.modules { (x, image) = block(x, image: image, mode) }
        guard let x else { preconditionFailure("a discriminator without blocks") }
        let features = last.modules[0](x, image: image, mode)
        guard let mapping else { return features.reshaped(to: [images.shape[0]]) }
        let classes = Tensor(labels.map { Float($0) }, shape: [labels.count])
        let projection = features * mapping(nil, classes: classes, mode)
        return projection.sum(axes: [1]).scaled(by: 1 / Float(features.shape[1]).squareRoot())
    }
}
