import CPUBackend
import TensorCore

// Products and normalizations.

extension TracingBackend {
    var hasFastBFloat16: Bool { eager.hasFastBFloat16 }

    func matrixProduct(
        _ sizes: MatrixProductSizes, _ left: Tensor, _ right: Tensor, shape: Shape, _ precision: Precision
    ) -> Tensor {
        count(multiplyAdds: sizes.multiplyAdds)
        return kernel("matrix product", [rowMajor(left), rowMajor(right)], shape, as: .matrixProduct(sizes)) {
            $0.matrixProduct(sizes, $1[0], $1[1], shape: shape, precision)
        }
    }

    /// If the weights are computed values, the plain kernel runs instead.
    func convolution(
        _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, _ first: Tensor, _ second: Tensor, bias: Tensor?,
        _ precision: Precision
    ) -> Tensor {
        count(multiplyAdds: geometry.multiplyAdds)
        let first = arranged(first, .ofConvolutions)
        let shape = geometry.resultShape(pass)
        if pass == .weightGradient {
            return kernel("weight gradient", [first, arranged(second, .ofConvolutions)], shape) {
                $0.convolution(pass, geometry, $1[0], $1[1], bias: nil, precision)
            }
        }
        let weight = rowMajor(second)
        if weight.traced == nil, bias?.traced == nil {
            let planned = PlannedConvolution(
                geometry: geometry, pass: pass, precision: precision, weight: weight.detached,
                epilogue: Epilogue(bias: bias?.detached))
            return emit(.convolution(planned), [first], shape, .ofConvolutions)
        }
        let name = "convolution" + geometry.borderWords(pass)
        let operands = [first, weight] + (bias.map { [$0] } ?? [])
        return kernel(name, operands, shape, .ofConvolutions, as: .convolution(pass, geometry)) {
            $0.convolution(pass, geometry, $1[0], $1[1], bias: $1.count > 2 ? $1[2] : nil, precision)
        }
    }

    func moments(_ x: Tensor, _ sets: NormalizationSets) -> (mean: Tensor, variance: Tensor) {
        let count = sets.count(in: x.shape)
        let both = kernel("moments", [x], [2, count], as: .moments(sets)) { eager, operands in
            let (mean, variance) = eager.moments(operands[0], sets)
            return eager.reshape(eager.concatenate([mean, variance], axis: 0), to: [2, count])
        }
        func row(_ index: Int32) -> Tensor { reshape(gatherRows(both, IndexList([index])), to: [count]) }
        return (row(0), row(1))
    }

    func observed(
        _ mean: Tensor, _ variance: Tensor, by observer: @escaping @Sendable (Tensor, Tensor) -> Void
    ) -> Tensor {
        kernel("observer", [mean, variance], mean.shape, as: .observer) { $0.observed($1[0], $1[1], by: observer) }
    }

    func normalized(_ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers) -> Tensor {
        let operands = [x, numbers.scale, numbers.shift] + (numbers.weights.map { [$0] } ?? [])
        return kernel("normalization", operands, x.shape, x.plannedLayout, as: .normalization(sets)) {
            let weights = $1.count > 3 ? $1[3] : nil
            return $0.normalized($1[0], sets, NormalizationNumbers(scale: $1[1], shift: $1[2], weights: weights))
        }
    }

    func channelsNormalized(_ x: Tensor, gamma: Tensor?, beta: Tensor?, epsilon: Float) -> Tensor {
        let operands = [arranged(x, .ofConvolutions)] + [gamma, beta].compactMap { $0 }
        let hasGamma = gamma != nil
        let form = KernelForm.layerNorm(hasGamma: hasGamma, hasBeta: beta != nil, epsilon: epsilon)
        return kernel("layer norm", operands, x.shape, .ofConvolutions, as: form) {
            let shifts = $1.count == (hasGamma ? 3 : 2) ? $1[$1.count - 1] : nil
            return $0.channelsNormalized($1[0], gamma: hasGamma ? $1[1] : nil, beta: shifts, epsilon: epsilon)
        }
    }

    func windowAttention(_ parts: [Tensor], bias: Tensor?, _ attention: AttentionSettings) -> Tensor {
        if composesAttention { return Tensor.composedWindowAttention(parts, bias: bias, attention) }
        let operands = parts.map { arranged($0, .ofConvolutions) } + (bias.map { [rowMajor($0)] } ?? [])
        let partCount = parts.count
        let shape = attention.resultShape(parts.map(\.shape))
        // Every query meets every key of its window, and every value.
        count(multiplyAdds: 2 * shape.count * attention.windows.keys)
        return kernel("attention", operands, shape, .ofConvolutions) {
            $0.windowAttention(
                Array($1.prefix(partCount)), bias: $1.count > partCount ? $1[partCount] : nil, attention)
        }
    }

    func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor) -> Tensor {
        emit(.channelAffine(slope: 1), [x, scale, shift], x.shape, x.plannedLayout)
    }
}
