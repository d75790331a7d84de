import Layers
import TensorCore

extension ATDParameters {
    /// ATD (Zhang et al. 2024, "Transcending the limit of local window: advanced super-resolution transformer with
    /// adaptive token dictionary"): pixels attend to those of their window, to a dictionary that each group refines, and
    /// to pixels anywhere that resemble the same entry of the dictionary. Height and width are mirrored up to multiples
    /// of a window.
    func network(random: Random) -> UpscalingTransformer {
        let positions = RelativePositions.ofWindow(height: window, width: window)
        let groups = blocks.indices.map { ATDGroup(self, index: $0, positions: positions, random: random) }
        var frame = frame
        (frame.centers, frame.mirroredMultiple) = (centers, window)
        if !normalizes { frame.normalization = nil }
        return UpscalingTransformer(frame, reach: .wholeImage, layers: groups, random: random)
    }
}

/// Blocks that share a dictionary, then a convolution, added to the input.
final class ATDGroup: Layer {
    /// The blocks and the dictionary.
    final class Blocks: Module {
        /// The entries of the dictionary, `[tokens, C]`.
        let td: Parameter
        let layers: [ATDBlock]

        init(_ sizes: ATDParameters, index: Int, positions: [Int], random: Random) {
            td = Parameter(Initializer.normal()([sizes.tokens, sizes.features], random: random))
            let count = sizes.blocks[index]
            layers = (0..<count).map {
                ATDBlock(
                    sizes, heads: sizes.heads[index], isShifted: !$0.isMultiple(of: 2), isLast: $0 == count - 1,
                    positions: positions, random: random)
            }
        }
    }

    let residualGroup: Blocks
    let conv: (any Layer)?

    init(_ sizes: ATDParameters, index: Int, positions: [Int], random: Random) {
        residualGroup = Blocks(sizes, index: index, positions: positions, random: random)
        conv = sizes.connection.layer(sizes.features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = x
        let td = residualGroup.td.value(in: mode)
        var tokens = td.reshaped(to: [1, td.shape[0], td.shape[1]])
        for block in residualGroup.layers { (h, tokens) = block(h, tokens, mode) }
        return (conv.map { $0(h, mode) } ?? h) + x
    }
}

/// Three kinds of attention to the same normalized input, a feed-forward network, and a refined dictionary.
final class ATDBlock: Module {
    let norm1: LayerNorm2d
    let norm2: LayerNorm2d
    let norm3: InstanceNorm?
    let sigma: Parameter?
    let wqkv: PixelLinear
    let attnWin: ATDWindowAttention
    let attnAtd: ATDDictionaryAttention
    let attnAca: ATDCategoryAttention
    let convffn: ATDFeedForward

    init(
        _ sizes: ATDParameters, heads: Int, isShifted: Bool, isLast: Bool, positions: [Int], random: Random
    ) {
        let features = sizes.features
        (norm1, norm2) = (LayerNorm2d(features), LayerNorm2d(features))
        norm3 = isLast ? nil : InstanceNorm(sizes.tokens, affine: true)
        sigma = isLast ? nil : Parameter(.zeros([sizes.tokens, 1]))
        wqkv = PixelLinear(features, 3 * features, bias: sizes.bias, random: random)
        let windows = AttentionWindows(sizes.window, isShifted: isShifted)
        attnWin = ATDWindowAttention(features, heads: heads, windows, positions: positions, random: random)
        attnAtd = ATDDictionaryAttention(sizes, random: random)
        attnAca = ATDCategoryAttention(sizes, heads: heads, random: random)
        convffn = ATDFeedForward(sizes, random: random)
    }

    /// - Parameters:
    ///   - x: `[N, C, H, W]`.
    ///   - tokens: the dictionary, `[N or 1, tokens, C]`.
    /// - Returns: both as the next block sees them.
    func callAsFunction(_ x: Tensor, _ tokens: Tensor, _ mode: ForwardMode) -> (Tensor, Tensor) {
        let seen = norm1(x, mode)
        let qkv = wqkv(seen, mode)
        let (described, resemblance) = attnAtd(seen, tokens, mode)
        var h = x + attnWin(qkv, mode) + described + attnAca(qkv, resemblance, mode)
        h = h + convffn(norm2(h, mode), mode)
        guard let norm3, let sigma else { return (h, tokens) }
        let (count, channels, pixels) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
        let image: Shape = [count, resemblance.shape[2], x.shape[2], x.shape[3]]
        let shares = norm3(resemblance.transposed().reshaped(to: image), mode)
            .reshaped(to: [count, resemblance.shape[2], pixels]).softmax()
        let found = shares.matrixProduct(
            h.reshaped(to: [count, channels, pixels]), transposingOther: true, precision: mode.precision)
        let kept = sigma.value(in: mode).sigmoid()
        return (h, tokens * kept + found * (1 - kept))
    }
}
