/// The rules by which an adversarial pair is trained.
package protocol AdversarialGame: AnyObject {
    /// The updates of a step in order.
    var phases: [TrainingPhase] { get }
    /// Adds what the rules remember from step to step, besides networks and optimizers.
    func add(to state: inout TrainingState)
    /// Restores what ``add(to:)`` added.
    ///
    /// - Throws: `LoadError` if it does not fit.
    func restore(_ state: TrainingState) throws
}

extension AdversarialGame {
    /// Nothing.
    package func add(to state: inout TrainingState) {}
    /// Nothing.
    package func restore(_ state: TrainingState) throws {}
}
