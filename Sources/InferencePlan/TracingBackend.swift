import Synchronization

/// The name of a value that is not there yet: what a tensor's storage holds while a forward pass is traced.
package struct Symbol: Sendable {
    let trace: Trace
    let value: Int
}

/// Records a forward pass without computing it. Tensors of the trace flow through the very code that computes; every
/// kernel that is given one appends an instruction instead of running.
package final class Trace: Sendable {
    private struct State {
        var program = Program()
        var constants: [UInt64: Int] = [:]
        /// Values by what they are arrangements of; no tensors, which would hold on to the trace that holds them.
        var arrangements: [Int: Int] = [:]
    }
    private let state = Mutex(State())

    /// The trace that a tensor belongs to; nil for one that has values.
    package static func of(_ x: Tensor) -> Trace? { x.storage.symbol?.trace }
    package static func of(_ x: Tensor, _ y: Tensor) -> Trace? { of(x) ?? of(y) }
    package static func of(_ tensors: [Tensor]) -> Trace? {
        for tensor in tensors where tensor.storage.symbol != nil { return of(tensor) }
        return nil
    }

    /// What stands for an input of a shape.
    func input(_ index: Int, _ shape: Shape, _ layout: Layout) -> Tensor { emit(.input(index), [], shape, layout) }

    /// Appends an instruction; what it would return stands for its result.
    func emit(_ action: Program.Action, _ operands: [Tensor], _ shape: Shape, _ layout: Layout) -> Tensor {
        state.withLock { state in
            let values = operands.map { value(of: $0, &state) }
            return result(&state, Program.Instruction(action: action, operands: values, shape: shape, layout: layout))
        }
    }

    /// Appends a kernel that will be run as it is.
    package func kernel(
        _ name: String, _ operands: [Tensor], _ shape: Shape, _ layout: Layout = .plain,
        _ run: @escaping @Sendable ([Tensor]) -> Tensor
    ) -> Tensor {
        emit(.kernel(name, run), operands, shape, layout)
    }

    /// Appends a convolution; weights that are themselves computed leave it to the kernel.
    func convolution(
        _ geometry: ConvolutionGeometry, _ pass: ConvolutionPass, _ precision: KernelPrecision, _ x: Tensor,
        weight: Tensor, bias: Tensor?, _ shape: Shape
    ) -> Tensor {
        guard Trace.of([weight] + (bias.map { [$0] } ?? [])) == nil else {
            return kernel("convolution", [x, weight] + (bias.map { [$0] } ?? []), shape, .channelsLast) {
                let bias = $0.count > 2 ? $0[2] : nil
                return pass == .forward
                    ? Kernels.convolution(geometry, input: $0[0], weight: $0[1], bias: bias, precision: precision)
                    : Kernels.convolutionInputGradient(
                        geometry, outputGradient: $0[0], weight: $0[1], bias: bias, precision: precision)
            }
        }
        let planned = PlannedConvolution(
            geometry: geometry, pass: pass, precision: precision, weight: weight.detached,
            epilogue: Epilogue(bias: bias?.detached))
        return emit(.convolution(planned), [x], shape, .channelsLast)
    }

    /// The tensor in the other layout, which is asked for once however many want it.
    func arrange(_ x: Tensor, _ layout: Layout) -> Tensor {
        state.withLock { state in
            let source = value(of: x, &state)
            if let known = state.arrangements[source] { return tensor(of: known, x.shape, layout) }
            let arrangement = Program.Instruction(
                action: .arrangement, operands: [source], shape: x.shape, layout: layout)
            let value = state.program.append(arrangement)
            state.arrangements[source] = value
            return tensor(of: value, x.shape, layout)
        }
    }

    private func result(_ state: inout State, _ instruction: Program.Instruction) -> Tensor {
        tensor(of: state.program.append(instruction), instruction.shape, instruction.layout)
    }

    /// What stands for a value.
    private func tensor(of value: Int, _ shape: Shape, _ layout: Layout) -> Tensor {
        let symbol = Symbol(trace: self, value: value)
        return Tensor(shape: shape, storage: Storage(symbol: symbol, count: shape.count, layout: layout))
    }

    private func value(of tensor: Tensor, _ state: inout State) -> Int {
        if let symbol = tensor.storage.symbol {
            precondition(symbol.trace === self, "a tensor of one traced forward pass is used in another")
            return symbol.value
        }
        if let known = state.constants[tensor.storage.identity], state.program[known].shape == tensor.shape {
            return known
        }
        let value = state.program.append(
            Program.Instruction(
                action: .constant(tensor.detached), operands: [], shape: tensor.shape, layout: tensor.layout))
        state.constants[tensor.storage.identity] = value
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
