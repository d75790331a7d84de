import TensorCore

/// Stochastic gradient descent with momentum as PyTorch has it: b ← momentum · b + (1 − dampening) · g,
/// p ← p − rate · b; the first b is g itself. Nesterov's variant steps along g + momentum · b.
public final class SGD: Optimizer {
    /// The trained parameters with their names; gradients have the same order.
    public let parameters: [(name: String, parameter: Parameter)]
    /// The learning rate of the next update.
    public var learningRate: Float
    /// The number of updates so far.
    public private(set) var step = 0
    private let momentum: Float
    private let dampening: Float
    private let weightDecay: Float
    private let nesterov: Bool
    private var buffers: [RunningTensor?]

    /// - Parameters:
    ///   - parameters: the parameters to update, by name.
    ///   - learningRate: the size of a step.
    ///   - momentum: the share of the last direction that is kept, 0 ..< 1.
    ///   - dampening: the share of a gradient that is not added to the direction.
    ///   - weightDecay: the factor of the parameter that is added to its gradient.
    ///   - nesterov: look ahead; needs momentum without dampening.
    public init(
        _ parameters: [(name: String, parameter: Parameter)], learningRate: Float = 1e-3, momentum: Float = 0,
        dampening: Float = 0, weightDecay: Float = 0, nesterov: Bool = false
    ) {
        precondition(!nesterov || (momentum > 0 && dampening == 0), "SGD: Nesterov needs momentum without dampening")
        self.parameters = parameters
        self.learningRate = learningRate
        self.momentum = momentum
        self.dampening = dampening
        self.weightDecay = weightDecay
        self.nesterov = nesterov
        buffers = [RunningTensor?](repeating: nil, count: parameters.count)
    }

    /// An optimizer of all parameters of a module.
    public convenience init(
        _ module: some Module, learningRate: Float = 1e-3, momentum: Float = 0, dampening: Float = 0,
        weightDecay: Float = 0, nesterov: Bool = false
    ) {
        self.init(
            module.parameters, learningRate: learningRate, momentum: momentum, dampening: dampening,
            weightDecay: weightDecay, nesterov: nesterov)
    }

    /// Begins an update.
    public func begin() { step += 1 }

    /// Moves parameters by their gradients; one with a nil gradient, and its moments, stay as they are.
    public func move(_ gradients: [Tensor?]) {
        precondition(gradients.count == parameters.count, "move: \(gradients.count) for \(parameters.count)")
        let step = StochasticStep(
            rate: learningRate, momentum: momentum, dampening: dampening, weightDecay: weightDecay,
            isNesterov: nesterov)
        for (index, gradient) in gradients.enumerated() {
            guard let gradient else { continue }
            let parameter = parameters[index].parameter
            var value = parameter.take()
            value.backend.stochasticStep(&value, gradient: gradient, buffer: &buffers[index], step)
            parameter.put(value)
        }
    }

    /// The momentum buffers, `momentum_buffer.<parameter>`, of the parameters that have moved.
    public func state() -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (entry, buffer) in zip(parameters, buffers) {
            result["momentum_buffer." + entry.name] = buffer?.value
        }
        return result
    }

    /// Restores the state that `state()` returned.
    public func load(_ state: [String: Tensor], step: Int) throws(LoadError) {
        let expected = parameters.map { (name: "momentum_buffer." + $0.name, shape: $0.parameter.shape) }
        let known = Set(expected.map(\.name))
        if let error = LoadError(expected: expected, found: state, ignoring: { known.contains($0) }) { throw error }
        buffers = expected.map { state[$0.name].map(RunningTensor.init) }
        self.step = step
    }
}
