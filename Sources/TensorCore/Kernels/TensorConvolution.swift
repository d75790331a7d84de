import Synchronization

extension Kernels {
    package static func convolution(
        _ geometry: ConvolutionGeometry, input: Tensor, weight: Tensor, bias: Tensor?,
        precision: KernelPrecision = .float32
    ) -> Tensor {
        let input = channelsLast(input)
        let weight = plain(weight)
        let shape: Shape = [
            geometry.batch, geometry.outputChannels, geometry.outputHeight, geometry.outputWidth,
        ]
        if let trace = Trace.of([input, weight] + (bias.map { [$0] } ?? [])) {
            return trace.convolution(geometry, .forward, precision, input, weight: weight, bias: bias, shape)
        }
        let output = Storage(count: geometry.outputCount, layout: .channelsLast)
        withExtendedLifetime((input.storage, weight.storage, bias?.storage)) {
            ConvolutionKernel.forward(
                geometry, precision, input: input.pointer, weight: weight.pointer, weightKey: key(of: weight),
                bias: bias?.pointer, output: output.pointer)
        }
        return Tensor(shape: shape, storage: output)
    }

    package static func convolutionInputGradient(
        _ geometry: ConvolutionGeometry, outputGradient: Tensor, weight: Tensor, bias: Tensor?,
        precision: KernelPrecision = .float32
    ) -> Tensor {
        let gradient = channelsLast(outputGradient)
        let weight = plain(weight)
        let shape: Shape = [geometry.batch, geometry.inputChannels, geometry.inputHeight, geometry.inputWidth]
        if let trace = Trace.of([gradient, weight] + (bias.map { [$0] } ?? [])) {
            return trace.convolution(
                geometry, .inputGradient, precision, gradient, weight: weight, bias: bias, shape)
        }
        let result = Storage(count: geometry.inputCount, layout: .channelsLast)
        withExtendedLifetime((gradient.storage, weight.storage, bias?.storage)) {
            ConvolutionKernel.inputGradient(
                geometry, precision, outputGradient: gradient.pointer, weight: weight.pointer,
                weightKey: key(of: weight), bias: bias?.pointer, inputGradient: result.pointer)
        }
        return Tensor(shape: shape, storage: result)
    }

    package static func convolutionWeightGradient(
        _ geometry: ConvolutionGeometry, input: Tensor, outputGradient: Tensor,
        precision: KernelPrecision = .float32
    ) -> Tensor {
        let input = channelsLast(input)
        let gradient = channelsLast(outputGradient)
        let shape: Shape = [
            geometry.outputChannels, geometry.inputChannels / geometry.groups, geometry.kernelHeight,
            geometry.kernelWidth,
        ]
        let result = Storage(count: shape.count)
        withExtendedLifetime((input.storage, gradient.storage)) {
            ConvolutionKernel.weightGradient(
                geometry, precision, input: input.pointer, outputGradient: gradient.pointer,
                weightGradient: result.pointer)
        }
        return Tensor(shape: shape, storage: result)
    }

    /// Batched matrix product of plain operands, with either transposed as stored.
    package static func matrixProduct(
        _ geometry: MatrixProductGeometry, left: Tensor, right: Tensor, shape: Shape,
        precision: KernelPrecision = .float32
    ) -> Tensor {
        let (left, right) = (plain(left), plain(right))
        if let trace = Trace.of(left, right) {
            return trace.kernel("matrix product", [left, right], shape) {
                matrixProduct(geometry, left: $0[0], right: $0[1], shape: shape, precision: precision)
            }
        }
        let result = Storage(count: shape.count)
        withExtendedLifetime((left.storage, right.storage)) {
            MatrixProductKernel.multiply(
                geometry, precision, left: left.pointer, right: right.pointer, output: result.pointer)
        }
        return Tensor(shape: shape, storage: result)
    }

    /// Under which what is prepared from a weight is kept, for as long as the weight lives.
    static func key(of weight: Tensor) -> WeightKey {
        weight.storage.isPacked.store(true, ordering: .relaxed)
        return WeightKey(identity: weight.storage.identity, version: weight.storage.version)
    }
}
