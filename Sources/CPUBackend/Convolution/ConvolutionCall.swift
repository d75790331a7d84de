import CKernels
import TensorCore

/// The precision inside a convolution or matrix product; arrays in memory are float32 in every case.
package enum KernelPrecision: Sendable, Hashable, CaseIterable {
    case float32
    /// Products of bfloat16 numbers, summed in float32.
    case bfloat16

    var code: Int32 {
        switch self {
        case .float32: Int32(CK_FLOAT32)
        case .bfloat16: Int32(CK_BFLOAT16)
        }
    }
}

/// Identifies the values of a weight, so that a packed or transformed form can be kept until the values change. Two
/// weights never share an identity. A new version means new values.
package struct WeightKey: Hashable, Sendable {
    package var identity: UInt64
    package var version: UInt64

    package init(identity: UInt64, version: UInt64) {
        self.identity = identity
        self.version = version
    }
}

/// One convolution or one of its gradients, on channels-last arrays. Weights lie plain,
/// `[outputs, inputs / groups, height, width]`. The pass says which of the three arrays is written; the other two are
/// read.
package struct ConvolutionCall {
    package var geometry: ConvolutionGeometry
    package var pass: ConvolutionPass
    package var precision: KernelPrecision
    package var input: UnsafeMutablePointer<Float>
    /// In forward passes and input gradients it may be nil; then everything needed from it must be prepared already.
    package var weight: UnsafeMutablePointer<Float>?
    package var output: UnsafeMutablePointer<Float>
    /// Floats from one pixel of the input to the next: its channels, or more when it is a part of a wider array.
    package var inputPixel: Int
    /// The same of the output.
    package var outputPixel: Int
    /// Identifies the values of the weight; nil for a weight that is used only once.
    package var weightKey: WeightKey?
    /// Whether many calls use these values, so that the cost of packing does not matter: the packed form is kept from
    /// its first use on, and autotuning does not count packing.
    package var reusesWeight: Bool
    /// Of forward pass and input gradient.
    package var epilogue: ConvolutionEpilogue

    package init(
        _ geometry: ConvolutionGeometry, _ pass: ConvolutionPass, precision: KernelPrecision = .float32,
        input: UnsafePointer<Float>, weight: UnsafePointer<Float>?, output: UnsafePointer<Float>,
        inputPixel: Int? = nil, outputPixel: Int? = nil, weightKey: WeightKey? = nil,
        reusesWeight: Bool = false, epilogue: ConvolutionEpilogue = ConvolutionEpilogue()
    ) {
        self.geometry = geometry
        self.pass = pass
        self.precision = precision
        self.input = UnsafeMutablePointer(mutating: input)
        self.weight = UnsafeMutablePointer(mutating: weight)
        self.output = UnsafeMutablePointer(mutating: output)
        self.inputPixel = inputPixel ?? geometry.inputChannels
        self.outputPixel = outputPixel ?? geometry.outputChannels
        self.weightKey = weightKey
        self.reusesWeight = reusesWeight
        self.epilogue = epilogue
    }

    /// A call for arrays; the weight is given when it runs.
    package init(
        _ geometry: ConvolutionGeometry, _ pass: ConvolutionPass, _ precision: Precision, input: PixelArray,
        output: PixelArray, epilogue: ConvolutionEpilogue
    ) {
        self.init(
            geometry, pass, precision: precision.kernel, input: input.pointer, weight: nil, output: output.pointer,
            inputPixel: input.pixel, outputPixel: output.pixel, epilogue: epilogue)
    }
}

// ---- As C sees it

extension ConvolutionCall {
    var description: ck_convolution {
        ck_convolution(
            sizes: geometry.sizes, pass: pass.code, precision: precision.code, x: input, w: weight, y: output,
            x_pixel: Int64(inputPixel), y_pixel: Int64(outputPixel),
            key: ck_weight_key(
                identity: weightKey?.identity ?? 0, version: weightKey?.version ?? 0, lasts: reusesWeight ? 1 : 0),
            epilogue: epilogue.description)
    }
}

extension ConvolutionPass {
    fileprivate var code: Int32 {
        switch self {
        case .forward: Int32(CK_FORWARD)
        case .inputGradient: Int32(CK_INPUT_GRADIENT)
        case .weightGradient: Int32(CK_WEIGHT_GRADIENT)
        }
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
