import TensorCore

/// RMSprop (Hinton 2012) as PyTorch has it: v ← α·v + (1 − α)·g², p ← p − rate · g / (√v + ε).
public final class RMSProp: Optimizer {
    /// The trained parameters with their names; gradients have the same order.
    public let parameters: [(name: String, parameter: Parameter)]
    /// The learning rate of the next update.
    public var learningRate: Float
    /// The number of updates so far.
    public private(set) var step = 0
    private let alpha: Float
    private let epsilon: Float
    private let weightDecay: Float
    private var squares: MomentTable

    /// - Parameters:
    ///   - parameters: the parameters to update, by name.
    ///   - learningRate: the size of a step.
    ///   - alpha: decay of the mean square gradient, 0 ..< 1.
    ///   - epsilon: added to its square root.
    ///   - weightDecay: the factor of the parameter that is added to its gradient.
    public init(
        _ parameters: [(name: String, parameter: Parameter)], learningRate: Float = 1e-2, alpha: Float = 0.99,
        epsilon: Float = 1e-8, weightDecay: Float = 0
    ) {
        self.parameters = parameters
        self.learningRate = learningRate
        self.alpha = alpha
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        squares = MomentTable("square_avg", parameters)
    }

    /// An optimizer of all parameters of a module.
    public convenience init(
        _ module: some Module, learningRate: Float = 1e-2, alpha: Float = 0.99, epsilon: Float = 1e-8,
        weightDecay: Float = 0
    ) {
        self.init(
            module.parameters, learningRate: learningRate, alpha: alpha, epsilon: epsilon, weightDecay: weightDecay)
    }

    /// Begins an update.
    public func begin() { step += 1 }

    /// Moves parameters by their gradients; one with a nil gradient, and its moments, stay as they are.
    public func move(_ gradients: [Tensor?]) {
        precondition(gradients.count == parameters.count, "move: \(gradients.count) for \(parameters.count)")
        for (index, gradient) in gradients.enumerated() {
            guard let gradient else { continue }
            let parameter = parameters[index].parameter
            var value = parameter.take()
            value.backend.rmsPropStep(
                &value, gradient: gradient, squares: &squares.moments[index],
                RMSPropStep(rate: learningRate, alpha: alpha, epsilon: epsilon, weightDecay: weightDecay))
            parameter.put(value)
        }
    }

    /// The mean squares by name: `square_avg.…`.
    public func state() -> [String: Tensor] { Dictionary(uniqueKeysWithValues: squares.state(parameters)) }

    /// Restores the state that `state()` returned.
    public func load(_ state: [String: Tensor], step: Int) throws(LoadError) {
        try MomentTable.check(state, [squares], parameters)
        squares.load(state, parameters)
        self.step = step
    }
}
