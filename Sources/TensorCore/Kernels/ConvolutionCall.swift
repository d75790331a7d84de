import CKernels

/// Which partial application of the trilinear form of input, weight and output is computed.
package enum ConvolutionPass: Int32, Sendable, Hashable, CaseIterable, Codable {
    case forward = 0
    /// The gradient with respect to the input; equally, the transposed convolution of what lies in `output`.
    case inputGradient = 1
    case weightGradient = 2
}

/// The arithmetic inside a convolution or matrix product; arrays are float32 in memory either way.
package enum KernelPrecision: Int32, Sendable, Hashable, CaseIterable, Codable {
    case float32 = 0
    /// Products of bfloat16 numbers, summed in float32.
    case bfloat16 = 1
}

/// What becomes of the sum s of channel c at pixel p before it is stored:
/// `scale · activation(multipliers[c] · s + bias[c]) + Σ added.scale · added[p][c]`.
package struct ConvolutionEpilogue {
    package enum Activation {
        case none
        case relu
        case leakyReLU(slope: Float)
        /// One slope per channel of the result.
        case prelu(weights: UnsafePointer<Float>)
        case tanh
    }

    /// A channels-last array of the result's shape that is added; it may be the result's own memory.
    package struct Addend {
        package var values: UnsafePointer<Float>
        /// Floats from one pixel to the next.
        package var pixel: Int
        package var scale: Float

        package init(values: UnsafePointer<Float>, pixel: Int, scale: Float = 1) {
            self.values = values
            self.pixel = pixel
            self.scale = scale
        }
    }

    /// One factor per channel of the result; nil for 1.
    package var multipliers: UnsafePointer<Float>?
    /// One value per channel of the result; nil for 0.
    package var bias: UnsafePointer<Float>?
    package var activation: Activation
    package var scale: Float
    /// At most two are added.
    package var added: [Addend]

    package init(
        multipliers: UnsafePointer<Float>? = nil, bias: UnsafePointer<Float>? = nil, activation: Activation = .none,
        scale: Float = 1, added: [Addend] = []
    ) {
        precondition(added.count <= 2, "an epilogue adds two arrays at most, not \(added.count)")
        self.multipliers = multipliers
        self.bias = bias
        self.activation = activation
        self.scale = scale
        self.added = added
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
    /// Forwards and for the input gradient it may be nil: then all that is needed of it has to be prepared.
    package var weight: UnsafeMutablePointer<Float>?
    package var output: UnsafeMutablePointer<Float>
    /// Floats from one pixel of the input to the next: its channels, or more when it is a part of a wider array.
    package var inputPixel: Int
    /// The same of the output.
    package var outputPixel: Int
    /// Says which values the weight holds; nil for a weight that nobody will ask for again.
    package var weightKey: WeightKey?
    /// Whether these values serve many calls, so that packing them costs nothing in the long run: what is packed stays
    /// from its first use on, and measurements of kernels leave packing out.
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
}

// ---- As C sees it

extension ConvolutionCall {
    var description: ck_convolution {
        ck_convolution(
            sizes: geometry.sizes, pass: pass.rawValue, precision: precision.rawValue, x: input, w: weight, y: output,
            x_pixel: Int64(inputPixel), y_pixel: Int64(outputPixel),
            key: ck_weight_key(
                identity: weightKey?.identity ?? 0, version: weightKey?.version ?? 0, lasts: reusesWeight ? 1 : 0),
            epilogue: epilogue.description)
    }
}

extension ConvolutionEpilogue {
    var description: ck_epilogue {
        var result = ck_no_epilogue()
        result.multipliers = multipliers
        result.bias = bias
        result.scale = scale
        switch activation {
        case .none: result.activation = Int32(CK_ACTIVATE_NONE)
        case .relu: result.activation = Int32(CK_ACTIVATE_RELU)
        case .leakyReLU(let slope):
            result.activation = Int32(CK_ACTIVATE_LEAKY_RELU)
            result.slope = slope
        case .prelu(let weights):
            result.activation = Int32(CK_ACTIVATE_PRELU)
            result.weights = weights
        case .tanh: result.activation = Int32(CK_ACTIVATE_TANH)
        }
        if let first = added.first { result.added.0 = first.description }
        if added.count > 1 { result.added.1 = added[1].description }
        return result
    }
}

extension ConvolutionEpilogue.Addend {
    fileprivate var description: ck_addend { ck_addend(values: values, pixel: Int64(pixel), scale: scale) }
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
