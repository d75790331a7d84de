import CKernels
import TensorCore

/// Optimizer steps: each updates parameters and moments from gradients.
extension CPUBackend {
    package func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, _ step: StochasticStep
    ) {
        move(&parameter, gradient) { p, g, out, count in
            guard step.momentum != 0 else {
                ck_sgd(count, p, g, nil, out, nil, step.rate, 0, step.dampening, step.weightDecay, 0, 0)
                return
            }
            let isFirst = buffer == nil
            var moments = buffer ?? RunningTensor(full(gradient.shape, 0))
            buffer = nil
            let (old, new) = moments.advance()
            withExtendedLifetime(old) {
                ck_sgd(
                    count, p, g, old.pointer, out, new.pointer, step.rate, step.momentum, step.dampening,
                    step.weightDecay, step.isNesterov ? 1 : 0, isFirst ? 1 : 0)
            }
            buffer = moments
        }
    }

    package func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, _ step: RMSPropStep
    ) {
        move(&parameter, gradient) { p, g, out, count in
            let (old, new) = squares.advance()
            withExtendedLifetime(old) {
                ck_rmsprop(
                    count, p, g, old.pointer, out, new.pointer, step.rate, step.alpha, step.epsilon, step.weightDecay)
            }
        }
    }

    package func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], _ step: AdamStep
    ) {
        let gradients = gradients.map(rowMajor)
        var held: [CPUStorage] = []
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
                Int64(arrays.count), arrays, step.rate, step.beta1, step.beta2, step.epsilon, step.weightDecay,
                step.isDecoupled ? 1 : 0, step.corrections.0, step.corrections.1)
        }
    }

    package func approach(
        _ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float
    ) {
        let targets = targets.map(rowMajor)
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

    private func move(
        _ parameter: inout RunningTensor, _ gradient: Tensor,
        _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int64) -> Void
    ) {
        parameter.check(gradient)
        let gradient = rowMajor(gradient)
        let (old, new) = parameter.advance()
        withExtendedLifetime((old, gradient.storage)) {
            body(old.pointer, gradient.pointer, new.pointer, Int64(gradient.count))
        }
    }
}

extension RunningTensor {
    /// The memory of the contents, and the memory for the new contents: the same if there is no other reference. Keep
    /// the returned storage until the new contents are written.
    fileprivate mutating func advance() -> (old: CPUStorage, new: CPUStorage) {
        var block = CPUStorage.of(take())
        if isKnownUniquelyReferenced(&block) {
            block.renew()
            put(block)
            return (block, block)
        }
        let successor = CPUStorage(count: block.count, backend: block.owner)
        put(successor)
        return (block, successor)
    }

    fileprivate func check(_ gradient: Tensor) {
        precondition(shape == gradient.shape, "optimizer step: gradient \(gradient.shape) for a parameter of \(shape)")
    }
}
