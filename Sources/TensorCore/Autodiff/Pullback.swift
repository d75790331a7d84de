/// The input of a pullback: the gradient of the loss at the operation's output, and the tensors that the operation
/// saved.
package final class Pullback {
    /// Nil after it was taken.
    private var held: Tensor?
    /// The tensors kept at recording, in order.
    package let saved: SavedTensors
    /// The output itself, when the operation kept it.
    package let savedOutput: Tensor?
    /// The inputs whose gradients are needed; nil is enough for the others.
    package let wanted: WantedInputs
    /// Whether the gradients will be differentiated again; then a rule must use differentiable operations instead of a
    /// fused kernel.
    package let createsGraph: Bool

    init(
        gradient: Tensor, saved: SavedTensors, savedOutput: Tensor?, wanted: WantedInputs, createsGraph: Bool
    ) {
        held = gradient
        self.saved = saved
        self.savedOutput = savedOutput
        self.wanted = wanted
        self.createsGraph = createsGraph
    }

    /// The gradient at the output, of the output's shape.
    package var gradient: Tensor {
        guard let held else { preconditionFailure("the gradient has been handed over") }
        return held
    }

    /// Transfers the gradient to a rule that does not need it afterward, so that a kernel can overwrite it if there is
    /// no other reference.
    package func takeGradient() -> Tensor {
        guard let gradient = held.take() else { preconditionFailure("the gradient has been handed over") }
        return gradient
    }

    /// The gradients of an operation at its inputs, which it saved, by computing it once more in operations that can be
    /// differentiated.
    package func gradients(recomputing operation: ([Tensor]) -> Tensor) -> [Tensor?] {
        // Names of their own: an input may be computed from another one.
        let inputs = saved.tensors.map { input -> Tensor in
            guard createsGraph, input.isRecorded else { return input.requiringGradient() }
            return .record(.reshape, input.detached, inputs: [input]) { [$0.gradient] }
        }
        let asked = inputs.indices.filter { wanted[$0] }
        let found = TensorCore.gradients(
            of: [operation(inputs)], seeds: [gradient], at: asked.map { inputs[$0] }, createGraph: createsGraph)
        var result = [Tensor?](repeating: nil, count: inputs.count)
        for (place, index) in asked.enumerated() { result[index] = found[place] }
        return result
    }

    package var output: Tensor {
        guard let savedOutput else { preconditionFailure("the operation did not keep its output") }
        return savedOutput
    }
}

/// The tensors that an operation saved, without their history unless gradients of gradients are needed.
package struct SavedTensors {
    let tensors: [Tensor]
    let keepHistory: Bool

    package subscript(index: Int) -> Tensor { keepHistory ? tensors[index] : tensors[index].detached }
}

/// A set of input numbers. All inputs from number 63 on share one bit.
package struct WantedInputs {
    private var bits: UInt64 = 0
    /// How many inputs the operation has.
    package private(set) var count = 0

    init<Inputs: Sequence>(_ inputs: Inputs, isWanted: (Inputs.Element) -> Bool) {
        for input in inputs {
            if isWanted(input) { bits |= 1 << UInt64(min(count, 63)) }
            count += 1
        }
    }

    /// Takes one of the first 63 inputs out.
    mutating func remove(_ input: Int) { bits &= ~(1 << UInt64(input)) }

    package var isEmpty: Bool { bits == 0 }
    package subscript(input: Int) -> Bool { bits >> UInt64(min(input, 63)) & 1 == 1 }
}
