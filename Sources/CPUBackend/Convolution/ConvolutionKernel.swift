import CKernels
import Memory
import TensorCore

/// Two-dimensional convolution and its two adjoints on channels-last float32 arrays.
///
/// With the weight `w` of shape `[co, ci / groups, kh, kw]`, `x` of shape `[n, ci, hi, wi]` and `y` of shape
/// `[n, co, ho, wo]`, the three are the partial applications of one trilinear form, so each one's derivatives are the
/// other two.
package enum ConvolutionKernel {
    /// Computes the call with the method that `kernels` chooses.
    ///
    /// - Throws: `OutOfMemory`.
    package static func run(_ call: ConvolutionCall, kernels: KernelSelection = .rules) throws(OutOfMemory) {
        precondition(call.geometry.isValid, "convolution: \(call.geometry)")
        try call.epilogue.checkValues()
        guard let chosen = kernels.method(for: call) else {
            preconditionFailure("no kernel for a convolution of \(call.geometry)")
        }
        if chosen.run(call) { return }
        // Scratch memory of other calls may be what is missing.
        BufferPool.shared.trim()
        ck_scratch_trim()
        if !chosen.run(call) { throw .last }
    }

    /// Computes the call without the values of the weight, if its kernel has already prepared everything from them.
    /// Otherwise returns false.
    ///
    /// - Throws: `OutOfMemory` if its activation has no values.
    package static func runPrepared(_ call: ConvolutionCall, kernels: KernelSelection) throws(OutOfMemory) -> Bool {
        try call.epilogue.checkValues()
        return kernels.method(for: call)?.run(call) ?? false
    }

    /// y = x * w + bias.
    package static func forward(
        _ geometry: ConvolutionGeometry, _ precision: KernelPrecision = .float32, input: UnsafePointer<Float>,
        weight: UnsafePointer<Float>, weightKey: WeightKey? = nil, bias: UnsafePointer<Float>? = nil,
        output: UnsafeMutablePointer<Float>, kernels: KernelSelection = .rules
    ) throws(OutOfMemory) {
        try run(
            ConvolutionCall(
                geometry, .forward, precision: precision, input: input, weight: weight, output: output,
                weightKey: weightKey, epilogue: ConvolutionEpilogue(bias: bias)),
            kernels: kernels)
    }

    /// The gradient of `forward` with respect to its input; equally, the transposed convolution of
    /// `outputGradient`, whose bias (one value per input channel of the geometry) may be added.
    package static func inputGradient(
        _ geometry: ConvolutionGeometry, _ precision: KernelPrecision = .float32,
        outputGradient: UnsafePointer<Float>, weight: UnsafePointer<Float>, weightKey: WeightKey? = nil,
        bias: UnsafePointer<Float>? = nil, inputGradient: UnsafeMutablePointer<Float>, kernels: KernelSelection = .rules
    ) throws(OutOfMemory) {
        try run(
            ConvolutionCall(
                geometry, .inputGradient, precision: precision, input: inputGradient, weight: weight,
                output: outputGradient, weightKey: weightKey, epilogue: ConvolutionEpilogue(bias: bias)),
            kernels: kernels)
    }

    /// The gradient of `forward` with respect to its weight.
    package static func weightGradient(
        _ geometry: ConvolutionGeometry, _ precision: KernelPrecision = .float32, input: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>,
        kernels: KernelSelection = .rules
    ) throws(OutOfMemory) {
        try run(
            ConvolutionCall(
                geometry, .weightGradient, precision: precision, input: input, weight: weightGradient,
                output: outputGradient),
            kernels: kernels)
    }

    /// Releases what was prepared from a weight that no longer exists.
    package static func forget(_ identity: UInt64) { ck_prepared_forget(identity) }
}
