import CPUBackend
import TensorCore

/// A forward pass traced once for inputs of given shapes and turned into a list of instructions: batch normalization
/// taken into convolutions, activations and residual sums done where the values are made, concatenations written in
/// place, all intermediate values in one stretch of memory.
///
///     let plan = InferencePlan([[1, 3, 256, 256]]) { network($0[0], .inference) }
///     let image = plan([x])
///
/// The result is that of the forward pass itself up to rounding, and depends neither on the batch nor on the number of
/// threads. A plan keeps the values that the weights had when it was made; several plans of one network share what is
/// prepared from them.
public final class InferencePlan: Sendable {
    /// What a plan consists of.
    public struct Statistics: Sendable, Hashable {
        /// Steps that compute something.
        public let instructions: Int
        /// Memory of all intermediate values together, in bytes; inputs, output and weights are not in it.
        public let bufferBytes: Int
    }

    /// Of the tensors that the plan takes, in order.
    public let inputShapes: [Shape]
    private let inputLayouts: [Layout]
    private let backend: CPUBackend
    let compiled: CompiledProgram

    /// Traces `forward` with tensors that have shapes but no values: reading one is a programmer's error, as is leaving
    /// the decision what to compute to it.
    public convenience init(_ inputShapes: [Shape], tracing forward: ([Tensor]) throws -> Tensor) rethrows {
        try self.init(inputShapes.map(InputForm.init), tracing: forward)
    }

    /// - Parameter forms: the shapes of the inputs and how they will lie in memory; others are rearranged in every run.
    package init(_ forms: [InputForm], tracing forward: ([Tensor]) throws -> Tensor) rethrows {
        inputShapes = forms.map(\.shape)
        inputLayouts = forms.map(\.layout)
        let trace = TracingBackend()
        let inputs = forms.enumerated().map { trace.input($0, $1.shape, $1.layout) }
        compiled = CompiledProgram(trace.program(for: try forward(inputs)))
        backend = trace.eager
    }

    /// The output for inputs of the plan's shapes.
    public func callAsFunction(_ inputs: [Tensor]) -> Tensor {
        precondition(
            inputs.map(\.shape) == inputShapes, "a plan for \(inputShapes) was given \(inputs.map(\.shape))")
        var machine = machine(inputs)
        return machine.run()
    }

    private func machine(_ inputs: [Tensor]) -> Machine {
        Machine(compiled, zip(inputs, inputLayouts).map { backend.arranged($0.detached, $1) }, backend)
    }

    /// What the plan consists of.
    public var statistics: Statistics {
        Statistics(instructions: compiled.program.steps.count, bufferBytes: compiled.buffers.count * 4)
    }

    /// One line for every step, for people.
    package var listing: [String] { compiled.program.steps.map(\.description) }

    /// One run's steps in words, each with its seconds.
    package func profile(_ inputs: [Tensor]) -> [(step: String, seconds: Double)] {
        var machine = machine(inputs)
        var result: [(step: String, seconds: Double)] = []
        _ = machine.run { instruction, duration in
            if instruction.isStep { result.append((instruction.description, duration / .seconds(1))) }
        }
        return result
    }
}

/// What a plan is made for: the shape of an input, and how it lies in memory.
package struct InputForm: Sendable, Hashable {
    package let shape: Shape
    let layout: Layout

    /// An input whose values lie in row-major order.
    package init(_ shape: Shape) { (self.shape, layout) = (shape, .rowMajor) }

    /// An input like this one.
    package init(_ tensor: Tensor) { (shape, layout) = (tensor.shape, tensor.layout) }
}
