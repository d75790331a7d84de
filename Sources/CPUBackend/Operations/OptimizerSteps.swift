import CKernels
import Memory
import TensorCore

/// Optimizer steps: each updates parameters and moments from gradients. Without memory for all of it, nothing changes.
extension CPUBackend {
    package func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, _ step: StochasticStep
    ) {
        move(&parameter, gradient) { p, g, count in
            guard step.momentum != 0 else {
                try ck_sgd(
                    count, p.old.pointer, g, nil, p.new.pointer, nil, step.rate, 0, step.dampening, step.weightDecay, 0,
                    0)
                return
            }
            let isFirst = buffer == nil
            var moments = buffer ?? RunningTensor(full(gradient.shape, 0))
            buffer = nil
            var isDone = false
            defer { buffer = isFirst && !isDone ? nil : moments }
            let m = try moments.successor()
            try ck_sgd(
                count, p.old.pointer, g, m.old.pointer, p.new.pointer, m.new.pointer, step.rate, step.momentum,
                step.dampening, step.weightDecay, step.isNesterov ? 1 : 0, isFirst ? 1 : 0)
            moments.commit(m)
            isDone = true
        }
    }

    package func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, _ step: RMSPropStep
    ) {
        move(&parameter, gradient) { p, g, count in
            let v = try squares.successor()
            try ck_rmsprop(
                count, p.old.pointer, g, v.old.pointer, p.new.pointer, v.new.pointer, step.rate, step.alpha,
                step.epsilon, step.weightDecay)
            squares.commit(v)
        }
    }

    package func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], _ step: AdamStep
    ) {
        let gradients = gradients.map(rowMajor)
        do {
            var moved: [(p: RunningTensor.Successor, m: RunningTensor.Successor, v: RunningTensor.Successor)] = []
            var arrays: [ck_step_arrays] = []
            for (index, gradient) in gradients.enumerated() {
                parameters[index].check(gradient)
                let (p, m, v) = (
                    try parameters[index].successor(), try means[places[index]].successor(),
                    try squares[places[index]].successor()
                )
                moved.append((p, m, v))
                arrays.append(
                    try ck_step_arrays(
                        count: Int64(gradient.count), p: p.old.pointer, g: gradient.pointer, m: m.old.pointer,
                        v: v.old.pointer, p_out: p.new.pointer, m_out: m.new.pointer, v_out: v.new.pointer))
            }
            try withExtendedLifetime(gradients) {
                try check(
                    ck_adam(
                        Int64(arrays.count), arrays, step.rate, step.beta1, step.beta2, step.epsilon, step.weightDecay,
                        step.isDecoupled ? 1 : 0, step.corrections.0, step.corrections.1))
            }
            for (index, successors) in moved.enumerated() {
                parameters[index].commit(successors.p)
                means[places[index]].commit(successors.m)
                squares[places[index]].commit(successors.v)
            }
        } catch { note(error) }
    }

    package func approach(
        _ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float
    ) {
        let targets = targets.map(rowMajor)
        do {
            var moved: [RunningTensor.Successor] = []
            var arrays: [ck_step_arrays] = []
            for (index, target) in zip(places, targets) {
                precondition(target.shape == values[index].shape, "approach: \(target.shape) by \(values[index].shape)")
                let value = try values[index].successor()
                let pointer = try target.pointer
                if value.old !== value.new {
                    try value.new.pointer.update(from: value.old.pointer, count: value.old.count)
                }
                moved.append(value)
                var entry = ck_step_arrays()
                (entry.count, entry.p, entry.p_out) = (Int64(value.new.count), pointer, try value.new.pointer)
                arrays.append(entry)
            }
            try withExtendedLifetime(targets) { try check(ck_ema(Int64(arrays.count), arrays, decay)) }
            for (index, successor) in zip(places, moved) { values[index].commit(successor) }
        } catch { note(error) }
    }

    private func move(
        _ parameter: inout RunningTensor, _ gradient: Tensor,
        _ body: (RunningTensor.Successor, UnsafePointer<Float>, Int64) throws -> Void
    ) {
        parameter.check(gradient)
        let gradient = rowMajor(gradient)
        do {
            let successor = try parameter.successor()
            try withExtendedLifetime(gradient.storage) {
                try body(successor, gradient.pointer, Int64(gradient.count))
            }
            parameter.commit(successor)
        } catch { note(error) }
    }
}

extension RunningTensor {
    /// The memory of the contents, and the memory for the new contents: the same if there is no other reference.
    fileprivate struct Successor {
        let old: CPUStorage
        let new: CPUStorage
    }

    /// Makes room for new contents; the old ones stay until they are committed.
    fileprivate mutating func successor() throws(OutOfMemory) -> Successor {
        var block = CPUStorage.of(take())
        let isSole = isKnownUniquelyReferenced(&block)
        put(block)
        return Successor(
            old: block, new: isSole ? block : try CPUStorage(count: block.count, backend: block.owner))
    }

    /// Replaces the contents by the new ones, which are written now.
    fileprivate mutating func commit(_ successor: Successor) {
        if successor.old === successor.new { successor.new.renew() } else { put(successor.new) }
    }

    fileprivate func check(_ gradient: Tensor) {
        precondition(shape == gradient.shape, "optimizer step: gradient \(gradient.shape) for a parameter of \(shape)")
    }
}
