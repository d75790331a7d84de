import CPUBackend
import Synchronization
import TensorCore

/// The backend that records a forward pass without computing it. Its tensors flow through the normal code. Each of its
/// methods appends an instruction to a program and returns a placeholder for the result. Operations on constants alone
/// do not reach it: the backend of the constants computes them at once.
final class TracingBackend: Backend {
    private struct State {
        var program = Program()
        /// The backend that runs the program.
        var eager: CPUBackend
        var constants: [UInt64: Int] = [:]
        /// Rearranged values by their original value; not tensors, which would form a reference cycle with the trace.
        var arrangements: [Int: Int] = [:]
        /// Of the convolutions, matrix products and attention so far.
        var multiplyAdds = 0
    }
    private let state: Mutex<State>
    /// Whether attention is traced as the operations that it consists of.
    let composesAttention: Bool

    init(composesAttention: Bool = false) {
        self.composesAttention = composesAttention
        state = Mutex(State(eager: CurrentBackend.value as? CPUBackend ?? .standard))
    }

    /// Constants belong to the CPU backend; values of another trace cannot be used.
    func joined(with other: any Backend) -> (any Backend)? { other is CPUBackend ? self : nil }

    /// The backend that computes with constants and finally runs the program.
    var eager: CPUBackend { state.withLock { $0.eager } }

    /// The multiplications with additions of what was traced: convolutions, matrix products, attention.
    var multiplyAdds: Int { state.withLock { $0.multiplyAdds } }

    /// Counts those of one more operation.
    func count(multiplyAdds: Int) { state.withLock { $0.multiplyAdds += multiplyAdds } }

    /// The placeholder for an input of a shape.
    func input(_ index: Int, _ shape: Shape, _ layout: Layout) -> Tensor { emit(.input(index), [], shape, layout) }

    /// Appends an instruction and returns the placeholder for its result.
    func emit(
        _ action: Program.Action, _ operands: [Tensor], _ shape: Shape, _ layout: Layout, as form: KernelForm? = nil
    ) -> Tensor {
        state.withLock { state in
            let values = operands.map { value(of: $0, &state) }
            let instruction = Program.Instruction(
                action: action, operands: values, shape: shape, layout: layout, form: form)
            return tensor(of: state.program.append(instruction), shape, layout)
        }
    }

    /// Appends a step without its own instruction; the CPU backend runs it unchanged.
    ///
    /// - Parameter form: what it computes, for writing the program as a graph of another format.
    func kernel(
        _ name: String, _ operands: [Tensor], _ shape: Shape, _ layout: Layout = .rowMajor,
        as form: KernelForm? = nil, _ run: @escaping @Sendable (CPUBackend, [Tensor]) -> Tensor
    ) -> Tensor {
        emit(.kernel(name, run), operands, shape, layout, as: form)
    }

    /// The tensor in a layout; converted once for all uses.
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

    /// The placeholder for a value.
    private func tensor(of value: Int, _ shape: Shape, _ layout: Layout) -> Tensor {
        Tensor(shape: shape, storage: TracedStorage(self, value, count: shape.count, layout: layout))
    }

    private func value(of tensor: Tensor, _ state: inout State) -> Int {
        if let traced = tensor.traced {
            precondition(traced.trace === self, "a tensor of one traced forward pass was used in another")
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
