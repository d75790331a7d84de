import InferencePlan
import Synchronization
import TensorCore

/// A network for use: its forward pass in inference, run by a plan for each shape of input that it meets, and for each
/// order in memory, so that what one network made goes into the next as it lies.
///
///     let upscale = PlannedNetwork(network)
///     let large = upscale(image)
///
/// The first input of a shape waits for its plan to be made, which takes milliseconds. Plans of the last few shapes are
/// kept. A change of the network's weights is noticed and new plans are made; results carry no gradients.
public final class PlannedNetwork: Sendable {
    private struct Entry {
        let forms: [InputForm]
        let plan: InferencePlan
    }

    private struct State {
        var values: [UInt64] = []
        /// The most recently used last.
        var entries: [Entry] = []
    }

    private let owned: [ModuleEntry]
    private let forward: @Sendable ([Tensor]) -> Tensor
    private let planLimit: Int
    private let state = Mutex(State())

    /// A network from one tensor to one tensor.
    ///
    /// - Parameters:
    ///   - precision: the arithmetic of convolutions and matrix products.
    ///   - planLimit: for how many shapes of input plans are kept.
    public convenience init(_ network: any Layer, precision: Precision = .float32, planLimit: Int = 4) {
        self.init(of: network, planLimit: planLimit) { network($0[0], .inference(precision)) }
    }

    /// Any forward pass.
    ///
    /// - Parameters:
    ///   - module: what owns the weights that the pass reads.
    ///   - planLimit: for how many shapes of input plans are kept.
    ///   - forward: the pass, in inference, from its inputs to its output.
    public init(of module: any Module, planLimit: Int = 4, forward: @escaping @Sendable ([Tensor]) -> Tensor) {
        owned = module.entries
        self.forward = forward
        self.planLimit = planLimit
    }

    /// The output of a network with one input.
    public func callAsFunction(_ x: Tensor) -> Tensor { self([x]) }

    /// The output for all inputs of the pass.
    public func callAsFunction(_ inputs: [Tensor]) -> Tensor {
        plan(for: inputs.map { InputForm($0) })(inputs)
    }

    /// The plan for inputs of the given shapes, made if there is none.
    public func plan(for shapes: [Shape]) -> InferencePlan { plan(for: shapes.map { InputForm($0) }) }

    private func plan(for forms: [InputForm]) -> InferencePlan {
        let values = owned.flatMap { entry in
            let storage = entry.owned.value.storage
            return [storage.identity, storage.version]
        }
        let known = state.withLock { state -> InferencePlan? in
            if state.values != values { state = State(values: values) }
            let index = state.entries.firstIndex { $0.forms == forms }
            guard let index else { return nil }
            state.entries.append(state.entries.remove(at: index))
            return state.entries.last?.plan
        }
        if let known { return known }
        let plan = InferencePlan(forms, tracing: forward)
        state.withLock { state in
            guard state.values == values else { return }
            state.entries.append(Entry(forms: forms, plan: plan))
            if state.entries.count > planLimit { state.entries.removeFirst() }
        }
        return plan
    }
}
