import Synchronization

extension Kernels {
    package static func convolution(
        _ geometry: ConvolutionGeometry, input: Tensor, weight: Tensor, bias: Tensor?
    ) -> Tensor {
        let input = channelsLast(input)
        let output = Storage(count: geometry.outputCount, layout: .channelsLast)
        let weight = plain(weight)
        withExtendedLifetime((input.storage, weight.storage, bias?.storage)) {
            ConvolutionKernel.forward(
                geometry, input: input.pointer, weight: weight.pointer, weightKey: key(of: weight),
                bias: bias?.pointer, output: output.pointer)
        }
        let shape: Shape = [
            geometry.batch, geometry.outputChannels, geometry.outputHeight, geometry.outputWidth,
        ]
        return Tensor(shape: shape, storage: output)
    }

    package static func convolutionInputGradient(
        _ geometry: ConvolutionGeometry, outputGradient: Tensor, weight: Tensor, bias: Tensor?
    ) -> Tensor {
        let gradient = channelsLast(outputGradient)
        let result = Storage(count: geometry.inputCount, layout: .channelsLast)
        let weight = plain(weight)
        withExtendedLifetime((gradient.storage, weight.storage, bias?.storage)) {
            ConvolutionKernel.inputGradient(
                geometry, outputGradient: gradient.pointer, weight: weight.pointer, weightKey: key(of: weight),
                bias: bias?.pointer, inputGradient: result.pointer)
        }
        let shape: Shape = [geometry.batch, geometry.inputChannels, geometry.inputHeight, geometry.inputWidth]
        return Tensor(shape: shape, storage: result)
    }

    package static func convolutionWeightGradient(
        _ geometry: ConvolutionGeometry, input: Tensor, outputGradient: Tensor
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
                geometry, input: input.pointer, outputGradient: gradient.pointer, weightGradient: result.pointer)
        }
        return Tensor(shape: shape, storage: result)
    }

    /// Batched matrix product of plain operands, with either transposed as stored.
    package static func matrixProduct(
        _ geometry: MatrixProductGeometry, left: Tensor, right: Tensor, shape: Shape
    ) -> Tensor {
        let (left, right) = (plain(left), plain(right))
        let result = Storage(count: shape.count)
        withExtendedLifetime((left.storage, right.storage)) {
            MatrixProductKernel.multiply(
                geometry, left: left.pointer, right: right.pointer, output: result.pointer)
        }
        return Tensor(shape: shape, storage: result)
    }

    private static func key(of weight: Tensor) -> WeightKey {
        weight.storage.isPacked.store(true, ordering: .relaxed)
        return WeightKey(identity: weight.storage.identity, version: 0)
    }
}
