import Foundation
import Layers
import TensorCore

/// One network in training: its parameters, their optimizer, the moving average of its weights, and what is saved of
/// them.
package struct Player {
    /// The prefix of its saved tensors: `generator`, or `AtoB.generator` if there are several.
    package let name: String
    /// The network.
    package let network: any Module
    /// Of the network's parameters.
    package let optimizer: any Optimizer
    /// The moving average of the weights; nil without one.
    package let average: ExponentialMovingAverage?
    /// How far the moving average reaches back, in steps; nil for its fixed decay.
    package var averageHalfLife: Ramp?
    /// Sets what else of the optimizer changes with the steps of the schedules.
    package var adapt: (_ step: Int) -> Void = { _ in }
    private let rate: LearningRate
    private let optimizerName: String

    /// A learning rate and its schedule.
    package struct LearningRate: Sendable {
        let base: Float
        let schedule: Schedule
        let stepsBefore: Int

        /// - Parameter stepsBefore: the steps of the training before the schedule starts.
        package init(_ base: Double, _ schedule: Schedule = .constant, stepsBefore: Int = 0) {
            (self.base, self.schedule, self.stepsBefore) = (Float(base), schedule, stepsBefore)
        }

        /// The rate of a step, counted from 1.
        func value(at step: Int) -> Float { base * schedule.factor(step: step - 1 - stepsBefore) }
    }

    /// - Parameter optimizerName: the prefix of the optimizer's saved tensors; nil for the name followed by
    ///   `Optimizer`.
    package init(
        _ name: String, _ network: any Module, optimizer: any Optimizer, rate: LearningRate,
        average: ExponentialMovingAverage? = nil, optimizerName: String? = nil
    ) {
        self.name = name
        self.network = network
        self.optimizer = optimizer
        self.average = average
        self.rate = rate
        self.optimizerName = optimizerName ?? name + "Optimizer"
    }

    /// The name of the player in logs: `generator`, even if there are several.
    var role: String { name.split(separator: ".").last.map(String.init) ?? name }

    private var averageName: String { name.dropLast(role.count) + "average" }

    /// Sets the learning rate of a step of the schedules.
    func begin(step: Int) {
        optimizer.learningRate = rate.value(at: step)
        adapt(step)
    }

    /// Updates the moving average after a step.
    ///
    /// - Parameter scheduleStep: the step of the schedules.
    func end(step: Int, scheduleStep: Int) {
        guard let ramp = averageHalfLife else {
            average?.update(afterStep: step)
            return
        }
        let halfLife = ramp.value(at: scheduleStep)
        average?.update(decay: halfLife > 0 ? Float(pow(0.5, 1 / halfLife)) : 0)
    }

    /// Adds everything that the next step depends on.
    func add(to state: inout TrainingState) {
        state.add(network.state(), under: name)
        if let average { state.add(average.state(), under: averageName) }
        state.add(optimizer.state(), under: optimizerName)
        state.numbers[optimizerName + ".step"] = Double(optimizer.step)
    }

    /// Restores the state that ``add(to:)`` added.
    ///
    /// - Throws: `LoadError` if it does not fit.
    func restore(_ state: TrainingState) throws {
        try network.load(state.tensors(under: name))
        try average?.load(state.tensors(under: averageName))
        try optimizer.load(state.tensors(under: optimizerName), step: state.count(optimizerName + ".step"))
    }

    /// Starts from the weights of another network of the same architecture.
    ///
    /// - Throws: `LoadError` if they do not fit.
    package func start(from weights: [String: Tensor]) throws {
        try network.load(weights)
        try average?.load(network.state())
    }
}
