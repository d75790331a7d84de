import CPUBackend
import Synchronization
import TensorCore

/// The backend that records a forward pass without computing it. Its tensors flow through the very code that computes;
/// each of its methods appends an instruction to a program and gives what stands for the result. What depends on
/// constants alone never comes here: it is computed at once by the constants' own backend.
final class TracingBackend: Backend {
    private struct State {
        var program = Program()
        /// What runs the program.
        var eager: CPUBackend
        var constants: [UInt64: Int] = [:]
        /// Values by what they are arrangements of; no tensors, which would hold on to the trace that holds them.
        var arrangements: [Int: Int] = [:]
    }
    private let state: Mutex<State>

    init() { state = Mutex(State(eager: CurrentBackend.value as? CPUBackend ?? .standard)) }

    /// Constants are the processor's; values of another trace cannot be used.
    func joined(with other: any Backend) -> (any Backend)? { other is CPUBackend ? self : nil }

    /// What computes with the constants, and runs the program in the end.
    var eager: CPUBackend { state.withLock { $0.eager } }

    /// What stands for an input of a shape.
    func input(_ index: Int, _ shape: Shape, _ layout: Layout) -> Tensor { emit(.input(index), [], shape, layout) }

    /// Appends an instruction; what it would return stands for its result.
    func emit(_ action: Program.Action, _ operands: [Tensor], _ shape: Shape, _ layout: Layout) -> Tensor {
        state.withLock { state in
            let values = operands.map { value(of: $0, &state) }
            let instruction = Program.Instruction(action: action, operands: values, shape: shape, layout: layout)
            return tensor(of: state.program.append(instruction), shape, layout)
        }
    }

    /// Appends a step for which there is no instruction of its own: the processor's backend runs it as it is.
    func kernel(
        _ name: String, _ operands: [Tensor], _ shape: Shape, _ layout: Layout = .rowMajor,
        _ run: @escaping @Sendable (CPUBackend, [Tensor]) -> Tensor
    ) -> Tensor {
        emit(.kernel(name, run), operands, shape, layout)
    }

    /// The tensor in a layout, which is asked for once however many want it.
    func arranged(_ x: Tensor, _ layout: Layout) -> Tensor {
        if x.plannedLayout == layout { return x }
        guard let traced = x.traced else { return eager.arranged(x, layout) }
        precondition(x.rank == 4, "only images have two layouts, not \(x.shape)")
        return state.withLock { state in
            let source = traced.value
            if let known = state.arrangements[source] { return tensor(of: known, x.shape, layout) }
            let arrangement = Program.Instruction(
                action: .arrangement, operands: [source], shape: x.shape, layout: layout)
            let value = state.program.append(arrangement)
            state.arrangements[source] = value
            return tensor(of: value, x.shape, layout)
        }
    }

    func rowMajor(_ x: Tensor) -> Tensor { arranged(x, .rowMajor) }

    /// What stands for a value.
    private func tensor(of value: Int, _ shape: Shape, _ layout: Layout) -> Tensor {
        Tensor(shape: shape, storage: TracedStorage(self, value, count: shape.count, layout: layout))
    }

    private func value(of tensor: Tensor, _ state: inout State) -> Int {
        if let traced = tensor.traced {
            precondition(traced.trace === self, "a tensor of one traced forward pass is used in another")
            return traced.value
        }
        let identity = tensor.storage.identity
        if let known = state.constants[identity], state.program[known].shape == tensor.shape { return known }
        if let eager = state.eager.joined(with: tensor.backend) as? CPUBackend { state.eager = eager }
        let value = state.program.append(
            Program.Instruction(
                action: .constant(tensor.detached), operands: [], shape: tensor.shape, layout: tensor.layout))
        state.constants[identity] = value
        return value
    }

    /// The program whose output is the given tensor.
    func program(for output: Tensor) -> Program {
        state.withLock { state in
            let value = value(of: output, &state)
            var program = state.program
            program.output = value
            return program
        }
    }
}
