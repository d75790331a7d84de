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
    let compiled: CompiledProgram

    /// Traces `forward` with tensors that have shapes but no values: reading one is a programmer's error, as is leaving
    /// the decision what to compute to it.
    public convenience init(_ inputShapes: [Shape], tracing forward: ([Tensor]) throws -> Tensor) rethrows {
        try self.init(inputShapes, layouts: inputShapes.map { _ in .plain }, tracing: forward)
    }

    /// - Parameter layouts: how the inputs will lie in memory; others are rearranged in every run.
    package init(
        _ inputShapes: [Shape], layouts: [Layout], tracing forward: ([Tensor]) throws -> Tensor
    ) rethrows {
        self.inputShapes = inputShapes
        inputLayouts = layouts
        let trace = Trace()
        let inputs = zip(inputShapes, layouts).enumerated().map { trace.input($0.offset, $0.element.0, $0.element.1) }
        compiled = CompiledProgram(trace.program(for: try forward(inputs)))
    }

    /// The output for inputs of the plan's shapes.
    public func callAsFunction(_ inputs: [Tensor]) -> Tensor {
        precondition(
            inputs.map(\.shape) == inputShapes, "a plan for \(inputShapes) was given \(inputs.map(\.shape))")
        var machine = Machine(compiled, arranged(inputs))
        return machine.run()
    }

    private func arranged(_ inputs: [Tensor]) -> [Tensor] {
        zip(inputs, inputLayouts).map { Kernels.arranged($0.detached, $1) }
    }

    /// What the plan consists of.
    public var statistics: Statistics {
        Statistics(instructions: compiled.program.steps.count, bufferBytes: compiled.buffers.count * 4)
    }

    /// One line for every step, for people.
    package var listing: [String] { compiled.program.steps.map(\.description) }

    /// One run's steps in words, each with its seconds.
    package func profile(_ inputs: [Tensor]) -> [(step: String, seconds: Double)] {
        var machine = Machine(compiled, arranged(inputs))
        var result: [(step: String, seconds: Double)] = []
        _ = machine.run { instruction, duration in
            if instruction.isStep { result.append((instruction.description, duration / .seconds(1))) }
        }
        return result
    }
}
