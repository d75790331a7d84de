import CPUBackend
import TensorCore

/// A forward pass that is traced once for given input shapes and compiled to a list of instructions: batch
/// normalization is fused into convolutions, activations and residual sums are computed where their operands are made,
/// concatenations are written in place, and all intermediate values share one block of memory.
///
///     let plan = InferencePlan([[1, 3, 256, 256]]) { network($0[0], .inference) }
///     let image = plan([x])
///
/// The result equals that of the forward pass up to rounding, and depends neither on the batch nor on the number of
/// threads. A plan keeps the values that the weights had when it was made. Several plans of one network share the
/// prepared weights.
package final class InferencePlan: Sendable {
    /// Statistics of a plan.
    package struct Statistics: Sendable, Hashable {
        /// Steps that compute something.
        package let instructions: Int
        /// Memory of all intermediate values together, in bytes; inputs, output and weights are not in it.
        package let bufferBytes: Int
    }

    /// Of the tensors that the plan takes, in order.
    package let inputShapes: [Shape]
    private let inputLayouts: [Layout]
    private let backend: CPUBackend
    let compiled: CompiledProgram

    /// Traces `forward` with tensors that have shapes but no values. `forward` must not read values or depend on them.
    package convenience init(_ inputShapes: [Shape], tracing forward: ([Tensor]) throws -> Tensor) rethrows {
        try self.init(inputShapes.map(InputForm.init), tracing: forward)
    }

    /// - Parameter forms: the shapes and memory layouts of the inputs; inputs in other layouts are converted in every
    ///   run.
    package init(_ forms: [InputForm], tracing forward: ([Tensor]) throws -> Tensor) rethrows {
        inputShapes = forms.map(\.shape)
        inputLayouts = forms.map(\.layout)
        let trace = TracingBackend()
        let inputs = forms.enumerated().map { trace.input($0, $1.shape, $1.layout) }
        compiled = CompiledProgram(trace.program(for: try forward(inputs)))
        backend = trace.eager
    }

    /// The output for inputs of the plan's shapes; without values if there is no memory for a run.
    package func callAsFunction(_ inputs: [Tensor]) -> Tensor {
        precondition(
            inputs.map(\.shape) == inputShapes, "a plan for \(inputShapes) was given \(inputs.map(\.shape))")
        do {
            var machine = try machine(inputs)
            return try machine.run()
        } catch {
            let output = compiled.program[compiled.program.output]
            return backend.missing(output.shape, output.layout, error)
        }
    }

    /// The memory that a run takes, in bytes: that of all values.
    package var runBytes: Int {
        4 * (compiled.buffers.count + compiled.program[compiled.program.output].shape.count)
    }

    private func machine(_ inputs: [Tensor]) throws -> Machine {
        try Machine(compiled, zip(inputs, inputLayouts).map { backend.arranged($0.detached, $1) }, backend)
    }

    /// What the plan consists of.
    package var statistics: Statistics {
        Statistics(instructions: compiled.program.steps.count, bufferBytes: compiled.buffers.count * 4)
    }

    /// One line of text for every step.
    package var listing: [String] { compiled.program.steps.map(\.description) }

    /// One run's steps in words, each with its seconds.
    ///
    /// - Throws: `OutOfMemory`.
    package func profile(_ inputs: [Tensor]) throws -> [(step: String, seconds: Double)] {
        var machine = try machine(inputs)
        var result: [(step: String, seconds: Double)] = []
        _ = try machine.run { instruction, duration in
            if instruction.isStep { result.append((instruction.description, duration / .seconds(1))) }
        }
        return result
    }
}

/// The form of an input for which a plan is made: its shape and its memory layout.
package struct InputForm: Sendable, Hashable {
    package let shape: Shape
    let layout: Layout

    /// An input in row-major order.
    package init(_ shape: Shape) { (self.shape, layout) = (shape, .rowMajor) }

    /// An input like this one.
    package init(_ tensor: Tensor) { (shape, layout) = (tensor.shape, tensor.layout) }
}
