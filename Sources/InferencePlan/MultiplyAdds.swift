import TensorCore

extension InferencePlan {
    /// How many multiplications with additions the convolutions, matrix products and attention of a forward pass take, as
    /// the network states them. Fused passes and fast kernels may take fewer.
    ///
    /// - Parameters:
    ///   - shapes: those of the inputs.
    ///   - forward: must not read values or depend on them.
    package static func multiplyAdds(_ shapes: [Shape], tracing forward: ([Tensor]) throws -> Tensor) rethrows -> Int {
        let trace = TracingBackend()
        let inputs = shapes.map(InputForm.init).enumerated().map { trace.input($0, $1.shape, $1.layout) }
        _ = try forward(inputs)
        return trace.multiplyAdds
    }
}

extension ConvolutionGeometry {
    /// Those of each of its three passes; padding counts as if it were pixels.
    var multiplyAdds: Int {
        let pixels = batch * outputHeight * outputWidth
        return pixels * outputChannels * (inputChannels / groups) * kernelHeight * kernelWidth
    }
}

extension MatrixProductSizes {
    var multiplyAdds: Int { batch * rows * columns * inner }
}
