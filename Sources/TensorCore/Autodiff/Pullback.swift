/// What a pullback is given: the gradient of the loss at the operation's output, and what the operation kept.
package final class Pullback {
    /// Nil once it has been handed over.
    private var held: Tensor?
    /// The tensors kept at recording, in order.
    package let saved: SavedTensors
    /// The output itself, when the operation kept it.
    package let savedOutput: Tensor?
    /// Which inputs a gradient is wanted for; the rest may be answered by nil.
    package let wanted: WantedInputs
    /// Whether the gradients will themselves be differentiated: a fused kernel has to give way to its composition.
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

    /// Hands the gradient over to a rule that has no further use for it: if nobody else has either, a kernel can write
    /// its result in the gradient's place.
    package func takeGradient() -> Tensor {
        guard let gradient = held.take() else { preconditionFailure("the gradient has been handed over") }
        return gradient
    }

    package var output: Tensor {
        guard let savedOutput else { preconditionFailure("the operation did not keep its output") }
        return savedOutput
    }
}

/// The tensors that an operation kept, cut off from their history unless gradients of gradients are wanted.
package struct SavedTensors {
    let tensors: [Tensor]
    let keepHistory: Bool

    package subscript(index: Int) -> Tensor { keepHistory ? tensors[index] : tensors[index].detached }
}

/// A set of input numbers. From number 63 on all inputs are in it if one of them is.
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

    package var isEmpty: Bool { bits == 0 }
    package subscript(input: Int) -> Bool { bits >> UInt64(min(input, 63)) & 1 == 1 }
}
