import CKernels
import TensorCore

extension CPUBackend {
    package func moments(_ x: Tensor, _ sets: NormalizationSets) -> (mean: Tensor, variance: Tensor) {
        let x = arranged(x, for: sets)
        let view = NormalizationView(sets, of: x)
        let mean = block(view.sets)
        let variance = block(view.sets)
        withExtendedLifetime(x.storage) {
            view.forEachSample { start, set in
                ck_moments(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start,
                    mean.pointer + set, variance.pointer + set)
            }
        }
        let shape: Shape = [view.sets]
        return (Tensor(shape: shape, storage: mean), Tensor(shape: shape, storage: variance))
    }

    package func normalized(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers
    ) -> Tensor {
        let x = arranged(x, for: sets)
        let view = NormalizationView(sets, of: x)
        let storage = block(x.count, x.layout)
        withExtendedLifetime((x.storage, numbers)) {
            view.forEachSample { start, set in
                var rectifier = numbers.rectifier(from: set)
                ck_rectified_affine(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start, &rectifier,
                    storage.pointer + start)
            }
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    package func normalizationGradients(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> NormalizationGradients {
        let x = arranged(x, for: sets)
        let view = NormalizationView(sets, of: x)
        let (gradient, dx) = successor(of: gradient, x.layout)
        let dgamma = block(view.sets)
        let dbeta = block(view.sets)
        let weightGradient = wantsWeights ? block(view.sets) : nil
        withExtendedLifetime((x.storage, gradient, numbers, mean.storage, inverseDeviation.storage, gamma)) {
            view.forEachSample { start, set in
                func call(_ rectifier: UnsafePointer<ck_rectifier>?) {
                    ck_norm_backward(
                        Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start,
                        gradient.pointer + start, mean.pointer + set, inverseDeviation.pointer + set,
                        gamma.map { $0.pointer + set }, rectifier, dx.pointer + start, dgamma.pointer + set,
                        dbeta.pointer + set, weightGradient.map { $0.pointer + set })
                }
                var rectifier = numbers.rectifier(from: set)
                if numbers.weights == nil { call(nil) } else { call(&rectifier) }
            }
        }
        let shape: Shape = [view.sets]
        return NormalizationGradients(
            x: Tensor(shape: x.shape, storage: dx), gamma: Tensor(shape: shape, storage: dgamma),
            beta: Tensor(shape: shape, storage: dbeta),
            weights: weightGradient.map { Tensor(shape: shape, storage: $0) })
    }

    /// x where it is positive, otherwise x times the weight of its channel.
    func prelu(_ x: Tensor, weights: Tensor) -> Tensor {
        let view = NormalizationView(batchOf: x)
        let storage = block(x.count, x.layout)
        withExtendedLifetime((x.storage, weights.storage)) {
            ck_prelu(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, weights.pointer, storage.pointer)
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    package func preluGradients(
        _ x: Tensor, weights: Tensor, overwriting gradient: consuming Tensor
    ) -> (x: Tensor, weights: Tensor) {
        let view = NormalizationView(batchOf: x)
        let (gradient, dx) = successor(of: gradient, x.layout)
        let weightGradient = block(view.channels)
        withExtendedLifetime((x.storage, gradient, weights.storage)) {
            ck_prelu_backward(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, gradient.pointer,
                weights.pointer, dx.pointer, weightGradient.pointer)
        }
        return (Tensor(shape: x.shape, storage: dx), Tensor(shape: weights.shape, storage: weightGradient))
    }
}

extension CPUBackend {
    /// Rows are contiguous only in row-major order.
    private func arranged(_ x: Tensor, for sets: NormalizationSets) -> Tensor {
        if case .rows = sets { return rowMajor(x) }
        return x
    }
}

extension NormalizationNumbers {
    fileprivate func rectifier(from set: Int) -> ck_rectifier {
        ck_rectifier(scale: scale.pointer + set, shift: shift.pointer + set, weights: weights.map { $0.pointer + set })
    }
}
