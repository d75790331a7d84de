import CKernels
import TensorCore

extension CPUBackend {
    package func convolution(
        _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, _ first: Tensor, _ second: Tensor, bias: Tensor?,
        _ precision: Precision
    ) -> Tensor {
        let first = channelsLast(first)
        let second = pass == .weightGradient ? channelsLast(second) : rowMajor(second)
        let shape = geometry.resultShape(pass)
        let layout: Layout = pass == .weightGradient ? .plain : .channelsLast
        return computed(shape, layout) {
            let result = try block(shape.count, layout)
            try withExtendedLifetime((first.storage, second.storage, bias?.storage)) {
                let precision = precision.kernel
                switch pass {
                case .forward:
                    try ConvolutionKernel.forward(
                        geometry, precision, input: first.pointer, weight: second.pointer, weightKey: second.weightKey,
                        bias: bias?.pointer, output: result.pointer, kernels: kernels)
                case .inputGradient:
                    try ConvolutionKernel.inputGradient(
                        geometry, precision, outputGradient: first.pointer, weight: second.pointer,
                        weightKey: second.weightKey, bias: bias?.pointer, inputGradient: result.pointer,
                        kernels: kernels)
                case .weightGradient:
                    try ConvolutionKernel.weightGradient(
                        geometry, precision, input: first.pointer, outputGradient: second.pointer,
                        weightGradient: result.pointer, kernels: kernels)
                }
            }
            return Tensor(shape: shape, storage: result)
        }
    }

    /// Computes a call with a weight that many calls use. A weight that is still in its file is read only if the kernel
    /// has not packed it yet.
    ///
    /// - Throws: `OutOfMemory`.
    package func run(_ call: ConvolutionCall, weight: Tensor) throws {
        var call = call
        let block = weight.block
        call.weightKey = weight.weightKey
        call.reusesWeight = true
        if block.isDeferred, try ConvolutionKernel.runPrepared(call, kernels: kernels) { return }
        try block.withPassingValues {
            call.weight = $0
            try ConvolutionKernel.run(call, kernels: kernels)
        }
    }

    package func matrixProduct(
        _ sizes: MatrixProductSizes, _ left: Tensor, _ right: Tensor, shape: Shape, _ precision: Precision
    ) -> Tensor {
        let (left, right) = (rowMajor(left), rowMajor(right))
        return computed(shape) {
            let result = try block(shape.count)
            try withExtendedLifetime((left.storage, right.storage)) {
                try MatrixProductKernel.multiply(
                    MatrixProductGeometry(sizes), precision.kernel, left: left.pointer, right: right.pointer,
                    output: result.pointer)
            }
            return Tensor(shape: shape, storage: result)
        }
    }
}

extension Tensor {
    /// The key under which prepared forms of a weight are kept while the weight exists.
    var weightKey: WeightKey {
        let block = block
        block.isPacked.store(true, ordering: .relaxed)
        return WeightKey(identity: block.identity, version: block.version)
    }
}

extension Precision {
    var kernel: KernelPrecision {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .automatic: ck_has_bfloat16() != 0 ? .bfloat16 : .float32
        }
    }
}
