/// How a convolution's kernel moves over its input.
public struct ConvolutionParameters: Sendable, Hashable, Codable {
    /// Steps of the kernel, downwards and to the right.
    public var stride: (Int, Int) { (strideHeight, strideWidth) }
    /// Rows from one position of the kernel to the next.
    public var strideHeight: Int
    /// Columns from one position of the kernel to the next.
    public var strideWidth: Int
    /// Zeros added above and below.
    public var paddingHeight: Int
    /// Zeros added on the left and on the right.
    public var paddingWidth: Int
    /// Distance between neighboring taps of the kernel.
    public var dilation: Int
    /// The number of independent groups of channels.
    public var groups: Int

    /// The same stride and padding in both directions.
    public init(stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1) {
        strideHeight = stride
        strideWidth = stride
        paddingHeight = padding
        paddingWidth = padding
        self.dilation = dilation
        self.groups = groups
    }

    package func geometry(input: Shape, weight: Shape) -> ConvolutionGeometry {
        ConvolutionGeometry(
            batch: input[0], inputChannels: input[1], inputHeight: input[2], inputWidth: input[3],
            outputChannels: weight[0], kernelHeight: weight[2], kernelWidth: weight[3],
            strideHeight: strideHeight, strideWidth: strideWidth, padTop: paddingHeight, padLeft: paddingWidth,
            padBottom: paddingHeight, padRight: paddingWidth, dilationHeight: dilation, dilationWidth: dilation,
            groups: groups)
    }
}

extension Tensor {
    /// Two-dimensional convolution (cross-correlation, as everywhere in the field): `[N, C, H, W]` with a weight of
    /// `[out, C / groups, kh, kw]` and an optional bias of `[out]` gives `[N, out, H', W']`.
    ///
    /// - Parameter wrapping: the axes along which the images repeat; padding comes from the opposite side there.
    public func convolved(
        with weight: Tensor, bias: Tensor? = nil, _ parameters: ConvolutionParameters = .init(),
        wrapping: Wrapping = .neither, precision: Precision = .float32
    ) -> Tensor {
        precondition(
            rank == 4 && weight.rank == 4 && shape[1] == weight.shape[1] * parameters.groups,
            "convolved: input \(shape), weight \(weight.shape), groups \(parameters.groups)")
        if wrapping != .neither {
            return wrappedConvolution(with: weight, bias: bias, parameters, wrapping, precision)
        }
        return convolution(
            parameters.geometry(input: shape, weight: weight.shape), weight: weight, bias: bias,
            precision: precision)
    }

    /// Transposed convolution, the adjoint of `convolved`: `[N, C, H, W]` with a weight of
    /// `[C, out / groups, kh, kw]` gives `[N, out, H', W']` with
    /// H' = (H − 1)·stride − 2·padding + dilation·(kh − 1) + 1 + outputPadding.
    ///
    /// - Parameter wrapping: the axes along which the images repeat. It has an effect on axes whose length is multiplied
    ///   by the stride.
    public func transposedConvolved(
        with weight: Tensor, bias: Tensor? = nil, _ parameters: ConvolutionParameters = .init(),
        outputPadding: Int = 0, wrapping: Wrapping = .neither, precision: Precision = .float32
    ) -> Tensor {
        precondition(
            rank == 4 && weight.rank == 4 && shape[1] == weight.shape[0]
                && outputPadding >= 0
                && outputPadding < Swift.max(Swift.min(parameters.strideHeight, parameters.strideWidth), 1),
            "transposedConvolved: input \(shape), weight \(weight.shape), output padding \(outputPadding)")
        func axis(_ axis: Int, _ stride: Int, _ padding: Int, wraps: Bool) -> TransposedAxis {
            TransposedAxis(
                input: shape[axis], extent: parameters.dilation * (weight.shape[axis] - 1) + 1, stride: stride,
                padding: padding, outputPadding: outputPadding, wraps: wraps)
        }
        let rows = axis(2, parameters.strideHeight, parameters.paddingHeight, wraps: wrapping.joinsRows)
        let columns = axis(3, parameters.strideWidth, parameters.paddingWidth, wraps: wrapping.joinsColumns)
        let output: Shape = [shape[0], weight.shape[1] * parameters.groups, rows.length, columns.length]
        var geometry = parameters.geometry(input: output, weight: weight.shape)
        (geometry.padTop, geometry.padBottom) = (rows.cutBefore, rows.cutAfter)
        (geometry.padLeft, geometry.padRight) = (columns.cutBefore, columns.cutAfter)
        return repeated(
            top: rows.marginBefore, bottom: rows.marginAfter, left: columns.marginBefore, right: columns.marginAfter
        ).convolutionInputGradient(geometry, weight: weight, bias: bias, precision: precision)
    }

    // Convolution is one trilinear form. Each of these three operations is one of its partial applications. The
    // pullbacks of each are the other two, so gradients of any order use only these three. The input is kept only for
    // the gradient of the weight, so not if the weight is a constant.

    func convolution(
        _ geometry: ConvolutionGeometry, weight: Tensor, bias: Tensor?, precision: Precision
    ) -> Tensor {
        let value = Tensor.backend(self, weight, bias)
            .convolution(.forward, geometry, self, weight, bias: bias, precision)
        return .record(
            .convolution, value, inputs: [self, weight] + (bias.map { [$0] } ?? []),
            saving: [weight.isRecorded ? self : weight, weight]
        ) { p in
            let (x, w) = (p.saved[0], p.saved[1])
            return [
                p.wanted[0]
                    ? p.gradient.convolutionInputGradient(geometry, weight: w, bias: nil, precision: precision) : nil,
                p.wanted[1]
                    ? x.convolutionWeightGradient(geometry, outputGradient: p.gradient, precision: precision) : nil,
            ] + p.biasGradient
        }
    }

    func convolutionInputGradient(
        _ geometry: ConvolutionGeometry, weight: Tensor, bias: Tensor?, precision: Precision
    ) -> Tensor {
        let value = Tensor.backend(self, weight, bias)
            .convolution(.inputGradient, geometry, self, weight, bias: bias, precision)
        return .record(
            .convolutionInputGradient, value, inputs: [self, weight] + (bias.map { [$0] } ?? []),
            saving: [weight.isRecorded ? self : weight, weight]
        ) { p in
            let (y, w) = (p.saved[0], p.saved[1])
            return [
                p.wanted[0] ? p.gradient.convolution(geometry, weight: w, bias: nil, precision: precision) : nil,
                p.wanted[1]
                    ? p.gradient.convolutionWeightGradient(geometry, outputGradient: y, precision: precision) : nil,
            ] + p.biasGradient
        }
    }

    func convolutionWeightGradient(
        _ geometry: ConvolutionGeometry, outputGradient: Tensor, precision: Precision
    ) -> Tensor {
        let value = Tensor.backend(self, outputGradient)
            .convolution(.weightGradient, geometry, self, outputGradient, bias: nil, precision)
        return .record(
            .convolutionWeightGradient, value, inputs: [self, outputGradient], saving: [self, outputGradient]
        ) { p in
            let (x, y) = (p.saved[0], p.saved[1])
            return [
                p.wanted[0]
                    ? y.convolutionInputGradient(geometry, weight: p.gradient, bias: nil, precision: precision) : nil,
                p.wanted[1] ? x.convolution(geometry, weight: p.gradient, bias: nil, precision: precision) : nil,
            ]
        }
    }
}

extension Pullback {
    /// The third answer of a convolution that has a bias.
    fileprivate var biasGradient: [Tensor?] {
        guard wanted.count > 2 else { return [] }
        return [wanted[2] ? gradient.sum(axes: [0, 2, 3]) : nil]
    }
}
