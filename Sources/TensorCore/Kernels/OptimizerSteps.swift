import CKernels

/// A long-lived array of numbers that is written again and again: a parameter, an optimizer's moments, a running
/// average. Written in place while nobody else holds its contents, elsewhere otherwise.
package struct RunningTensor {
    private let shape: Shape
    private var storage: Storage

    package init(_ value: Tensor) {
        shape = value.shape
        storage = Kernels.plain(value).storage
    }

    /// The contents now; later updates do not change the tensor returned.
    package var value: Tensor { Tensor(shape: shape, storage: storage) }

    /// Where the contents are, and where their successors are to be written: the same place while nobody else holds it.
    /// What is returned has to be kept until they are written.
    fileprivate mutating func advance() -> (old: Storage, new: Storage) {
        if isKnownUniquelyReferenced(&storage) {
            storage.renew()
            return (storage, storage)
        }
        let old = storage
        storage = Storage(count: old.count)
        return (old, storage)
    }

    /// value ← decay · value + (1 − decay) · target for the values that stand at `places`, all at once.
    package static func approach(
        _ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float
    ) {
        let targets = targets.map(Kernels.plain)
        var arrays: [ck_step_arrays] = []
        for (index, target) in zip(places, targets) {
            precondition(target.shape == values[index].shape, "approach: \(target.shape) by \(values[index].shape)")
            let (old, new) = values[index].advance()
            if old !== new { new.pointer.update(from: old.pointer, count: old.count) }
            var entry = ck_step_arrays()
            (entry.count, entry.p, entry.p_out) = (Int64(new.count), target.pointer, new.pointer)
            arrays.append(entry)
        }
        withExtendedLifetime(targets) { ck_ema(Int64(arrays.count), arrays, decay) }
    }
}

/// Steps of gradient descent: each takes parameters and their gradients and moves the parameters and the moments on.
extension Kernels {
    /// The buffer is nil until the first step with momentum, which fills it with the gradient as it is.
    package static func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, rate: Float, momentum: Float,
        dampening: Float, weightDecay: Float, nesterov: Bool
    ) {
        step(&parameter, gradient) { p, g, out, count in
            guard momentum != 0 else {
                ck_sgd(count, p, g, nil, out, nil, rate, 0, dampening, weightDecay, 0, 0)
                return
            }
            let isFirst = buffer == nil
            var moments = buffer ?? RunningTensor(.zeros(gradient.shape))
            buffer = nil
            let (old, new) = moments.advance()
            withExtendedLifetime(old) {
                ck_sgd(
                    count, p, g, old.pointer, out, new.pointer, rate, momentum, dampening, weightDecay,
                    nesterov ? 1 : 0, isFirst ? 1 : 0)
            }
            buffer = moments
        }
    }

    package static func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, rate: Float, alpha: Float,
        epsilon: Float, weightDecay: Float
    ) {
        step(&parameter, gradient) { p, g, out, count in
            let (old, new) = squares.advance()
            withExtendedLifetime(old) {
                ck_rmsprop(count, p, g, old.pointer, out, new.pointer, rate, alpha, epsilon, weightDecay)
            }
        }
    }

    /// All parameters in one go. `places` are where the moments of each stand in `means` and `squares`.
    package static func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], rate: Float, beta1: Float, beta2: Float, epsilon: Float,
        weightDecay: Float, decoupled: Bool, corrections: (Float, Float)
    ) {
        let gradients = gradients.map(plain)
        var held: [Storage] = []
        var arrays: [ck_step_arrays] = []
        for (index, gradient) in gradients.enumerated() {
            parameters[index].check(gradient)
            let (p, m, v) = (
                parameters[index].advance(), means[places[index]].advance(), squares[places[index]].advance()
            )
            held += [p.old, m.old, v.old]
            arrays.append(
                ck_step_arrays(
                    count: Int64(gradient.count), p: p.old.pointer, g: gradient.pointer, m: m.old.pointer,
                    v: v.old.pointer, p_out: p.new.pointer, m_out: m.new.pointer, v_out: v.new.pointer))
        }
        withExtendedLifetime((held, gradients)) {
            ck_adam(
                Int64(arrays.count), arrays, rate, beta1, beta2, epsilon, weightDecay, decoupled ? 1 : 0,
                corrections.0, corrections.1)
        }
    }

    private static func step(
        _ parameter: inout RunningTensor, _ gradient: Tensor,
        _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int64) -> Void
    ) {
        parameter.check(gradient)
        let gradient = plain(gradient)
        let (old, new) = parameter.advance()
        withExtendedLifetime((old, gradient.storage)) {
            body(old.pointer, gradient.pointer, new.pointer, Int64(gradient.count))
        }
    }
}

extension RunningTensor {
    fileprivate func check(_ gradient: Tensor) {
        precondition(shape == gradient.shape, "optimizer step: gradient \(gradient.shape) for a parameter of \(shape)")
    }
}
