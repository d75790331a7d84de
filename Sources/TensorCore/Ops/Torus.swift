// Operations on images that repeat. Each becomes an ordinary one of an image with a margin from its opposite sides.

extension Tensor {
    /// Images `[N, C, H, W]` with margins from their opposite sides.
    func repeated(top: Int, bottom: Int, left: Int, right: Int) -> Tensor {
        if top + bottom + left + right == 0 { return self }
        precondition(rank == 4, "repeated: \(shape) is no list of images")
        let margins = Margins(top: top, bottom: bottom, left: left, right: right)
        let (height, width) = (shape[2], shape[3])
        return .record(.axisMap, backend.repeated(self, margins), inputs: [self]) { p in
            let narrow = p.gradient.mapped(margins.columns(width: width).transposed, axis: 3)
            return [narrow.mapped(margins.rows(height: height).transposed, axis: 2)]
        }
    }

    /// Space around the images of `[N, C, H, W]`, filled in a mode, or with what lies on the opposite side along the axes
    /// on which they repeat.
    public func padded(
        top: Int, bottom: Int, left: Int, right: Int, mode: PaddingMode = .zero, wrapping: Wrapping
    ) -> Tensor {
        let rows = wrapping.joinsRows ? .circular : mode
        let columns = wrapping.joinsColumns ? .circular : mode
        if rows == columns { return padded(top: top, bottom: bottom, left: left, right: right, mode: rows) }
        return padded(axis: 2, before: top, after: bottom, mode: rows)
            .padded(axis: 3, before: left, after: right, mode: columns)
    }

    /// A convolution of images that repeat: padding comes from the opposite side.
    func wrappedConvolution(
        with weight: Tensor, bias: Tensor?, _ parameters: ConvolutionParameters, _ wrapping: Wrapping,
        _ precision: Precision
    ) -> Tensor {
        var inner = parameters
        if wrapping.joinsRows { inner.paddingHeight = 0 }
        if wrapping.joinsColumns { inner.paddingWidth = 0 }
        let (down, across) = (
            parameters.paddingHeight - inner.paddingHeight, parameters.paddingWidth - inner.paddingWidth
        )
        return repeated(top: down, bottom: down, left: across, right: across)
            .convolved(with: weight, bias: bias, inner, precision: precision)
    }
}

/// A transposed convolution along one axis of an image that repeats: the margins of the input, and the parts of the
/// result that are cut off.
///
/// Only a result that is `stride` times as long as the input repeats like it. Other lengths, such as those of a first
/// layer from 1×1 to 4×4, begin an image rather than enlarge one; they are as without wrapping.
struct TransposedAxis {
    private(set) var marginBefore = 0
    private(set) var marginAfter = 0
    /// Positions removed in front of the whole result.
    private(set) var cutBefore: Int
    /// Positions removed behind it; where output padding adds some, too many.
    private(set) var cutAfter: Int
    /// Positions of the result.
    let length: Int

    /// - Parameters:
    ///   - extent: the positions that the kernel covers.
    ///   - padding: positions removed from both ends of the result.
    ///   - outputPadding: positions added at the end of the result.
    init(input: Int, extent: Int, stride: Int, padding: Int, outputPadding: Int, wraps: Bool) {
        length = (input - 1) * stride - 2 * padding + extent + outputPadding
        (cutBefore, cutAfter) = (padding, padding)
        guard wraps, length == stride * input else { return }
        // Position j of the result is a sum over the inputs i with 0 ≤ j + padding − stride · i < extent.
        marginBefore = (extent - 1 - padding) / stride
        marginAfter = (padding + stride - 1) / stride
        cutBefore = padding + stride * marginBefore
        cutAfter = max((input + marginBefore + marginAfter - 1) * stride + extent - cutBefore - length, 0)
    }
}
