import InferencePlan
import Memory
import Synchronization
import TensorCore

/// A network for inference. A plan runs its forward pass; there is one plan for each input shape and memory layout, so
/// that the output of one network goes into the next without conversion, and for each way in which images repeat.
///
///     let upscale = PlannedNetwork(network)
///     let large = upscale(image)
///
/// The first input of a shape waits a few milliseconds for its plan. The plans of the last few shapes are kept. If the
/// weights change, new plans are made. Results carry no gradients.
public final class PlannedNetwork: Sendable {
    private struct Entry {
        let forms: [InputForm]
        let wrapping: Wrapping
        let plan: InferencePlan
    }

    private struct State {
        var values: [UInt64] = []
        /// The plans, with the most recently used last.
        var entries: [Entry] = []
    }

    private let owned: [ModuleEntry]
    private let forward: @Sendable ([Tensor], Wrapping) -> Tensor
    private let planLimit: Int
    private let state = Mutex(State())

    /// A network from one tensor to one tensor.
    ///
    /// - Parameters:
    ///   - network: the network.
    ///   - precision: the arithmetic of convolutions and matrix products.
    ///   - planLimit: the number of input shapes whose plans are kept.
    public convenience init(_ network: any Layer, precision: Precision = .float32, planLimit: Int = 4) {
        self.init(of: network, planLimit: planLimit) { network($0[0], .inference(precision).wrapping($1)) }
    }

    /// Any forward pass of images that do not repeat.
    ///
    /// - Parameters:
    ///   - module: the owner of the weights that the pass reads.
    ///   - planLimit: the number of input shapes whose plans are kept.
    ///   - forward: the forward pass in inference.
    public convenience init(
        of module: any Module, planLimit: Int = 4, forward: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.init(of: module, planLimit: planLimit) { inputs, wrapping in
            precondition(wrapping == .neither, "PlannedNetwork: \(type(of: module)) cannot repeat images in this pass")
            return forward(inputs)
        }
    }

    /// Any forward pass.
    ///
    /// - Parameters:
    ///   - module: the owner of the weights that the pass reads.
    ///   - planLimit: the number of input shapes whose plans are kept.
    ///   - forward: the forward pass in inference, of images that repeat along the given axes.
    public init(
        of module: any Module, planLimit: Int = 4, forward: @escaping @Sendable ([Tensor], Wrapping) -> Tensor
    ) {
        owned = module.entries
        self.forward = forward
        self.planLimit = planLimit
    }

    /// The output of a network with one input.
    ///
    /// - Parameter wrapping: the axes along which images repeat.
    public func callAsFunction(_ x: Tensor, wrapping: Wrapping = .neither) -> Tensor { self([x], wrapping: wrapping) }

    /// The output for all inputs of the pass.
    ///
    /// - Parameter wrapping: the axes along which images repeat.
    public func callAsFunction(_ inputs: [Tensor], wrapping: Wrapping = .neither) -> Tensor {
        plan(for: inputs.map { InputForm($0) }, wrapping)(inputs)
    }

    /// The plan for inputs of the given shapes, made if necessary.
    package func plan(for shapes: [Shape], wrapping: Wrapping = .neither) -> InferencePlan {
        plan(for: shapes.map { InputForm($0) }, wrapping)
    }

    private func plan(for forms: [InputForm], _ wrapping: Wrapping) -> InferencePlan {
        let values = owned.flatMap { entry in
            let storage = entry.owned.value.storage
            return [storage.identity, storage.version]
        }
        let known = state.withLock { state -> InferencePlan? in
            if state.values != values { state = State(values: values) }
            let index = state.entries.firstIndex { $0.forms == forms && $0.wrapping == wrapping }
            guard let index else { return nil }
            state.entries.append(state.entries.remove(at: index))
            return state.entries.last?.plan
        }
        if let known { return known }
        let plan = InferencePlan(forms, tracing: { forward($0, wrapping) })
        // Some of its constants may have no values.
        if MemoryJob.hasFailed { return plan }
        state.withLock { state in
            guard state.values == values else { return }
            state.entries.append(Entry(forms: forms, wrapping: wrapping, plan: plan))
            if state.entries.count > planLimit { state.entries.removeFirst() }
        }
        return plan
    }
}
