import CKernels
import TensorCore

extension CPUBackend {
    package func moments(_ x: Tensor, _ sets: NormalizationSets) -> (mean: Tensor, variance: Tensor) {
        let x = arranged(x, for: sets)
        let view = NormalizationView(sets, of: x)
        let shape: Shape = [view.sets]
        do {
            let mean = try block(view.sets)
            let variance = try block(view.sets)
            try withExtendedLifetime(x.storage) {
                try view.forEachSample { start, set in
                    try check(
                        ck_moments(
                            Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start,
                            mean.pointer + set, variance.pointer + set))
                }
            }
            return (Tensor(shape: shape, storage: mean), Tensor(shape: shape, storage: variance))
        } catch {
            return (missing(shape, .plain, error), missing(shape, .plain, error))
        }
    }

    package func normalized(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers
    ) -> Tensor {
        let x = arranged(x, for: sets)
        let view = NormalizationView(sets, of: x)
        return computed(x.shape, x.layout) {
            let storage = try block(x.count, x.layout)
            try withExtendedLifetime((x.storage, numbers)) {
                try view.forEachSample { start, set in
                    var rectifier = try numbers.rectifier(from: set)
                    try ck_rectified_affine(
                        Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start, &rectifier,
                        storage.pointer + start)
                }
            }
            return Tensor(shape: x.shape, storage: storage)
        }
    }

    package func normalizationGradients(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> NormalizationGradients {
        let x = arranged(x, for: sets)
        let view = NormalizationView(sets, of: x)
        let shape: Shape = [view.sets]
        do {
            let (gradient, dx) = try successor(of: gradient, x.layout)
            let dgamma = try block(view.sets)
            let dbeta = try block(view.sets)
            let weightGradient = wantsWeights ? try block(view.sets) : nil
            try withExtendedLifetime((x.storage, gradient, numbers, mean.storage, inverseDeviation.storage, gamma)) {
                try view.forEachSample { start, set in
                    func call(_ rectifier: UnsafePointer<ck_rectifier>?) throws {
                        try check(
                            ck_norm_backward(
                                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start,
                                gradient.pointer + start, mean.pointer + set, inverseDeviation.pointer + set,
                                gamma.map { try $0.pointer + set }, rectifier, dx.pointer + start,
                                dgamma.pointer + set, dbeta.pointer + set,
                                weightGradient.map { try $0.pointer + set }))
                    }
                    var rectifier = try numbers.rectifier(from: set)
                    if numbers.weights == nil { try call(nil) } else { try call(&rectifier) }
                }
            }
            return NormalizationGradients(
                x: Tensor(shape: x.shape, storage: dx), gamma: Tensor(shape: shape, storage: dgamma),
                beta: Tensor(shape: shape, storage: dbeta),
                weights: weightGradient.map { Tensor(shape: shape, storage: $0) })
        } catch {
            return NormalizationGradients(
                x: missing(x.shape, x.layout, error), gamma: missing(shape, .plain, error),
                beta: missing(shape, .plain, error), weights: wantsWeights ? missing(shape, .plain, error) : nil)
        }
    }

    /// x where it is positive, otherwise x times the weight of its channel.
    func prelu(_ x: Tensor, weights: Tensor) -> Tensor {
        let view = NormalizationView(batchOf: x)
        return computed(x.shape, x.layout) {
            let storage = try block(x.count, x.layout)
            try withExtendedLifetime((x.storage, weights.storage)) {
                try ck_prelu(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, weights.pointer,
                    storage.pointer)
            }
            return Tensor(shape: x.shape, storage: storage)
        }
    }

    package func preluGradients(
        _ x: Tensor, weights: Tensor, overwriting gradient: consuming Tensor
    ) -> (x: Tensor, weights: Tensor) {
        let view = NormalizationView(batchOf: x)
        do {
            let (gradient, dx) = try successor(of: gradient, x.layout)
            let weightGradient = try block(view.channels)
            try withExtendedLifetime((x.storage, gradient, weights.storage)) {
                try check(
                    ck_prelu_backward(
                        Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, gradient.pointer,
                        weights.pointer, dx.pointer, weightGradient.pointer))
            }
            return (Tensor(shape: x.shape, storage: dx), Tensor(shape: weights.shape, storage: weightGradient))
        } catch {
            return (missing(x.shape, x.layout, error), missing(weights.shape, .plain, error))
        }
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
    fileprivate func rectifier(from set: Int) throws -> ck_rectifier {
        try ck_rectifier(
            scale: scale.pointer + set, shift: shift.pointer + set, weights: weights.map { try $0.pointer + set })
    }
}
