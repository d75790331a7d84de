import CKernels
import COneDNN

/// Two-dimensional convolution and its two adjoints on float32 arrays.
///
/// With the weight `w` of shape `[co, ci / groups, kh, kw]`, `x` of shape `[n, ci, hi, wi]` and `y` of shape
/// `[n, co, ho, wo]`, the three are the partial applications of one trilinear form, so each one's derivatives are the
/// other two. Weights lie plain; `x` and `y` lie in the layout that the caller names.
package enum ConvolutionKernel {
    /// y = x * w + bias.
    package static func forward(
        _ geometry: ConvolutionGeometry,
        input: UnsafePointer<Float>, inputLayout: Layout,
        weight: UnsafePointer<Float>, weightKey: WeightKey? = nil,
        bias: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, outputLayout: Layout
    ) {
        precondition(geometry.isValid, "convolution: \(geometry)")
        var sizes = geometry.sizes
        var status: Int32 = 1
        if inputLayout == .channelsLast && outputLayout == .channelsLast {
            status = ck_convolution_forward(&sizes, input, weight, weightKey.code, bias, output)
        }
        if status == 1 {
            status = onednn_convolution_forward(
                &sizes, input, inputLayout.code, weight, weightKey.code, bias, output, outputLayout.code)
        }
        precondition(status == 0, "convolution: no kernel for \(geometry)")
    }

    /// The gradient of `forward` with respect to its input; equally, the transposed convolution of
    /// `outputGradient`, whose bias (one value per input channel of the geometry) may be added.
    package static func inputGradient(
        _ geometry: ConvolutionGeometry,
        outputGradient: UnsafePointer<Float>, outputGradientLayout: Layout,
        weight: UnsafePointer<Float>, weightKey: WeightKey? = nil,
        bias: UnsafePointer<Float>? = nil,
        inputGradient: UnsafeMutablePointer<Float>, inputGradientLayout: Layout
    ) {
        precondition(geometry.isValid, "convolution input gradient: \(geometry)")
        var sizes = geometry.sizes
        if inputGradientLayout == .channelsLast && outputGradientLayout == .channelsLast {
            let status = ck_convolution_input_gradient(
                &sizes, outputGradient, weight, weightKey.code, bias, inputGradient)
            if status == 0 { return }
        }
        let status = onednn_convolution_input_gradient(
            &sizes, outputGradient, outputGradientLayout.code, weight, weightKey.code,
            inputGradient, inputGradientLayout.code)
        precondition(status == 0, "convolution input gradient: no kernel for \(geometry)")
        if let bias {
            ck_add_bias(
                inputGradient, bias, Int64(geometry.batch), Int64(geometry.inputChannels),
                Int64(geometry.inputHeight * geometry.inputWidth), inputGradientLayout.code)
        }
    }

    /// The gradient of `forward` with respect to its weight.
    package static func weightGradient(
        _ geometry: ConvolutionGeometry,
        input: UnsafePointer<Float>, inputLayout: Layout,
        outputGradient: UnsafePointer<Float>, outputGradientLayout: Layout,
        weightGradient: UnsafeMutablePointer<Float>
    ) {
        precondition(geometry.isValid, "convolution weight gradient: \(geometry)")
        var sizes = geometry.sizes
        var status: Int32 = 1
        if inputLayout == .channelsLast && outputGradientLayout == .channelsLast {
            status = ck_convolution_weight_gradient(&sizes, input, outputGradient, weightGradient)
        }
        if status == 1 {
            status = onednn_convolution_weight_gradient(
                &sizes, input, inputLayout.code, outputGradient, outputGradientLayout.code, weightGradient)
        }
        precondition(status == 0, "convolution weight gradient: no kernel for \(geometry)")
    }

    /// Drops what was prepared from a weight that is no more.
    package static func forget(_ identity: UInt64) { ck_prepared_forget(identity) }

    /// The layout in which the three run fastest on arrays of this geometry.
    package static func preferredLayout(_ geometry: ConvolutionGeometry) -> Layout { .channelsLast }
}

extension Layout {
    fileprivate var code: Int32 { Int32(rawValue) }
}

extension WeightKey? {
    fileprivate var code: ck_weight_key {
        ck_weight_key(identity: self?.identity ?? 0, version: self?.version ?? 0)
    }
}

extension ConvolutionGeometry {
    fileprivate var sizes: ck_convolution_sizes {
        ck_convolution_sizes(
            batch: Int64(batch), input_channels: Int64(inputChannels),
            input_height: Int64(inputHeight), input_width: Int64(inputWidth),
            output_channels: Int64(outputChannels),
            output_height: Int64(outputHeight), output_width: Int64(outputWidth),
            kernel_height: Int64(kernelHeight), kernel_width: Int64(kernelWidth),
            stride_height: Int64(strideHeight), stride_width: Int64(strideWidth),
            pad_top: Int64(padTop), pad_left: Int64(padLeft), pad_bottom: Int64(padBottom), pad_right: Int64(padRight),
            dilation_height: Int64(dilationHeight), dilation_width: Int64(dilationWidth), groups: Int64(groups))
    }
}
