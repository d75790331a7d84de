import CKernels
import Memory
import TensorCore

/// What is computed from the sum s of channel c at pixel p before it is stored: `scale · activation(multipliers[c] · s
/// + bias[c]) + Σ added.scale · added[p][c]`.
package struct ConvolutionEpilogue {
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

        package init(_ array: PixelArray, scale: Float) {
            self.init(values: array.pointer, pixel: array.pixel, scale: scale)
        }
    }

    /// One factor per channel of the result; nil for 1.
    package var multipliers: UnsafePointer<Float>?
    /// One value per channel of the result; nil for 0.
    package var bias: UnsafePointer<Float>?
    /// With `prelu`, one weight for each channel of the result.
    package var activation: Activation
    package var scale: Float
    /// The arrays that are added, at most two.
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

    /// Takes vectors of channels as tensors; the caller must keep them alive while the epilogue is used.
    ///
    /// - Throws: `OutOfMemory` if they have no values.
    package init(
        multipliers: Tensor?, bias: Tensor?, activation: Activation, scale: Float, added: [Addend]
    ) throws {
        self.init(
            multipliers: try multipliers?.pointer, bias: try bias?.pointer, activation: activation, scale: scale,
            added: added)
    }
}

extension ConvolutionEpilogue {
    /// - Throws: `OutOfMemory` if the weights of its activation have no values.
    func checkValues() throws(OutOfMemory) {
        if case .prelu(let weights) = activation { _ = try weights.pointer }
    }
}

// ---- As C sees it

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
            result.weights = try? weights.pointer
        case .tanh: result.activation = Int32(CK_ACTIVATE_TANH)
        case .sigmoid: result.activation = Int32(CK_ACTIVATE_SIGMOID)
        case .silu: result.activation = Int32(CK_ACTIVATE_SILU)
        case .mish: result.activation = Int32(CK_ACTIVATE_MISH)
        case .gelu: result.activation = Int32(CK_ACTIVATE_GELU)
        }
        if let first = added.first { result.added.0 = first.description }
        if added.count > 1 { result.added.1 = added[1].description }
        return result
    }
}

extension ConvolutionEpilogue.Addend {
    fileprivate var description: ck_addend { ck_addend(values: values, pixel: Int64(pixel), scale: scale) }
}
