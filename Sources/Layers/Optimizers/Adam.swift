import Foundation
import TensorCore

/// Adam (Kingma & Ba 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// p ← p − rate · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
///
/// GANs are usually trained with β₁ = 0.5 (Radford et al. 2016) or 0. Weight decay, if any, is added to the gradient;
/// see `AdamW` for the decoupled kind.
public final class Adam: Optimizer {
    /// The trained parameters with their names; gradients have the same order.
    public let parameters: [(name: String, parameter: Parameter)]
    /// The learning rate of the next update.
    public var learningRate: Float
    /// The number of updates so far.
    public var step: Int { rule.step }
    private var rule: AdamRule
    /// The decay of the mean squared gradient, 0 ..< 1; a training may change it from step to step.
    public var beta2: Float {
        get { rule.beta2 }
        set { rule.beta2 = newValue }
    }

    /// - Parameters:
    ///   - parameters: the parameters to update, by name.
    ///   - learningRate: the size of a step.
    ///   - beta1: the decay of the mean gradient, 0 ..< 1.
    ///   - beta2: the decay of the mean squared gradient, 0 ..< 1.
    ///   - epsilon: added to the square root of the mean square.
    ///   - weightDecay: the factor of the parameter that is added to its gradient.
    public init(
        _ parameters: [(name: String, parameter: Parameter)], learningRate: Float = 1e-3, beta1: Float = 0.9,
        beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0
    ) {
        self.parameters = parameters
        self.learningRate = learningRate
        rule = AdamRule(parameters, beta1, beta2, epsilon, weightDecay, decoupled: false)
    }

    /// An optimizer of all parameters of a module.
    public convenience init(
        _ module: some Module, learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999,
        epsilon: Float = 1e-8, weightDecay: Float = 0
    ) {
        self.init(
            module.parameters, learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            weightDecay: weightDecay)
    }

    /// Begins an update.
    public func begin() { rule.step += 1 }
    /// Moves parameters by their gradients; one with a nil gradient, and its moments, stay as they are.
    public func move(_ gradients: [Tensor?]) { rule.move(parameters, gradients, rate: learningRate) }
    /// The moments by name: `exp_avg.…` and `exp_avg_sq.…`.
    public func state() -> [String: Tensor] { rule.state(parameters) }
    /// Restores the state that `state()` returned.
    public func load(_ state: [String: Tensor], step: Int) throws(LoadError) {
        try rule.load(state, step: step, parameters)
    }
}

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019): besides Adam's step, p ← (1 − rate · decay) · p.
public final class AdamW: Optimizer {
    /// The trained parameters with their names; gradients have the same order.
    public let parameters: [(name: String, parameter: Parameter)]
    /// The learning rate of the next update.
    public var learningRate: Float
    /// The number of updates so far.
    public var step: Int { rule.step }
    private var rule: AdamRule

    /// - Parameters:
    ///   - parameters: the parameters to update, by name.
    ///   - learningRate: the size of a step.
    ///   - beta1: the decay of the mean gradient, 0 ..< 1.
    ///   - beta2: the decay of the mean squared gradient, 0 ..< 1.
    ///   - epsilon: added to the square root of the mean square.
    ///   - weightDecay: times the learning rate, the share of a parameter that each step subtracts.
    public init(
        _ parameters: [(name: String, parameter: Parameter)], learningRate: Float = 1e-3, beta1: Float = 0.9,
        beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 1e-2
    ) {
        self.parameters = parameters
        self.learningRate = learningRate
        rule = AdamRule(parameters, beta1, beta2, epsilon, weightDecay, decoupled: true)
    }

    /// An optimizer of all parameters of a module.
    public convenience init(
        _ module: some Module, learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999,
        epsilon: Float = 1e-8, weightDecay: Float = 1e-2
    ) {
        self.init(
            module.parameters, learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            weightDecay: weightDecay)
    }

    /// Begins an update.
    public func begin() { rule.step += 1 }
    /// Moves parameters by their gradients; one with a nil gradient, and its moments, stay as they are.
    public func move(_ gradients: [Tensor?]) { rule.move(parameters, gradients, rate: learningRate) }
    /// The moments by name: `exp_avg.…` and `exp_avg_sq.…`.
    public func state() -> [String: Tensor] { rule.state(parameters) }
    /// Restores the state that `state()` returned.
    public func load(_ state: [String: Tensor], step: Int) throws(LoadError) {
        try rule.load(state, step: step, parameters)
    }
}

private struct AdamRule {
    let beta1: Float
    var beta2: Float
    let epsilon: Float
    let weightDecay: Float
    let decoupled: Bool
    var step = 0
    var means: MomentTable
    var squares: MomentTable

    init(
        _ parameters: [(name: String, parameter: Parameter)], _ beta1: Float, _ beta2: Float, _ epsilon: Float,
        _ weightDecay: Float, decoupled: Bool
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decoupled = decoupled
        means = MomentTable("exp_avg", parameters)
        squares = MomentTable("exp_avg_sq", parameters)
    }

    mutating func move(
        _ parameters: [(name: String, parameter: Parameter)], _ gradients: [Tensor?], rate: Float
    ) {
        precondition(gradients.count == parameters.count, "move: \(gradients.count) for \(parameters.count)")
        let corrections = (
            Float(1 - pow(Double(beta1), Double(step))), Float(1 - pow(Double(beta2), Double(step)))
        )
        let moving = gradients.indices.filter { gradients[$0] != nil }
        var values = moving.map { parameters[$0].parameter.take() }
        let step = AdamStep(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay, isDecoupled: decoupled,
            corrections: corrections)
        values.first?.backend.adamStep(
            &values, gradients: gradients.compactMap { $0 }, means: &means.moments, squares: &squares.moments,
            places: moving, step)
        for (index, value) in zip(moving, values) { parameters[index].parameter.put(value) }
    }

    func state(_ parameters: [(name: String, parameter: Parameter)]) -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: means.state(parameters) + squares.state(parameters))
    }

    mutating func load(
        _ state: [String: Tensor], step: Int, _ parameters: [(name: String, parameter: Parameter)]
    ) throws(LoadError) {
        try MomentTable.check(state, [means, squares], parameters)
        means.load(state, parameters)
        squares.load(state, parameters)
        self.step = step
    }
}
