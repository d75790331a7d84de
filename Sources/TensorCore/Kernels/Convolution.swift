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
        let g = geometry
        for position in 0..<g.outputCount { output[position] = 0 }
        g.forEachTap { inputIndex, weightIndex, outputIndex in
            output[outputIndex.offset(outputLayout, g.outputChannels, g.outputHeight, g.outputWidth)] +=
                input[inputIndex.offset(inputLayout, g.inputChannels, g.inputHeight, g.inputWidth)]
                * weight[weightIndex]
        }
        if let bias {
            addBias(
                bias, to: output, outputLayout, batch: g.batch, channels: g.outputChannels,
                height: g.outputHeight, width: g.outputWidth)
        }
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
        let g = geometry
        for position in 0..<g.inputCount { inputGradient[position] = 0 }
        g.forEachTap { inputIndex, weightIndex, outputIndex in
            inputGradient[inputIndex.offset(inputGradientLayout, g.inputChannels, g.inputHeight, g.inputWidth)] +=
                outputGradient[
                    outputIndex.offset(outputGradientLayout, g.outputChannels, g.outputHeight, g.outputWidth)]
                * weight[weightIndex]
        }
        if let bias {
            addBias(
                bias, to: inputGradient, inputGradientLayout, batch: g.batch, channels: g.inputChannels,
                height: g.inputHeight, width: g.inputWidth)
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
        let g = geometry
        for position in 0..<g.weightCount { weightGradient[position] = 0 }
        g.forEachTap { inputIndex, weightIndex, outputIndex in
            weightGradient[weightIndex] +=
                input[inputIndex.offset(inputLayout, g.inputChannels, g.inputHeight, g.inputWidth)]
                * outputGradient[
                    outputIndex.offset(outputGradientLayout, g.outputChannels, g.outputHeight, g.outputWidth)]
        }
    }

    /// The layout in which the three run fastest on arrays of this geometry.
    package static func preferredLayout(_ geometry: ConvolutionGeometry) -> Layout { .channelsLast }

    private static func addBias(
        _ bias: UnsafePointer<Float>, to values: UnsafeMutablePointer<Float>, _ layout: Layout,
        batch: Int, channels: Int, height: Int, width: Int
    ) {
        for n in 0..<batch {
            for c in 0..<channels {
                for h in 0..<height {
                    for w in 0..<width {
                        values[ArrayIndex(n: n, c: c, h: h, w: w).offset(layout, channels, height, width)] += bias[c]
                    }
                }
            }
        }
    }
}

private struct ArrayIndex {
    var n: Int, c: Int, h: Int, w: Int

    func offset(_ layout: Layout, _ channels: Int, _ height: Int, _ width: Int) -> Int {
        layout == .plain ? ((n * channels + c) * height + h) * width + w : ((n * height + h) * width + w) * channels + c
    }
}

extension ConvolutionGeometry {
    fileprivate func forEachTap(_ body: (ArrayIndex, Int, ArrayIndex) -> Void) {
        let inputsPerGroup = inputChannels / groups
        let outputsPerGroup = outputChannels / groups
        for n in 0..<batch {
            for co in 0..<outputChannels {
                for ho in 0..<outputHeight {
                    for wo in 0..<outputWidth {
                        for c in 0..<inputsPerGroup {
                            for kh in 0..<kernelHeight {
                                for kw in 0..<kernelWidth {
                                    let h = ho * strideHeight - padTop + kh * dilationHeight
                                    let w = wo * strideWidth - padLeft + kw * dilationWidth
                                    guard h >= 0, h < inputHeight, w >= 0, w < inputWidth else { continue }
                                    body(
                                        ArrayIndex(n: n, c: co / outputsPerGroup * inputsPerGroup + c, h: h, w: w),
                                        ((co * inputsPerGroup + c) * kernelHeight + kh) * kernelWidth + kw,
                                        ArrayIndex(n: n, c: co, h: ho, w: wo))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
