import Layers
import Memory
import TensorCore

/// The opening of a step, computed at the end of the step before, while the gradients of that one's last phase travel to
/// other ranks. The result is the same as at its turn, except that states do not keep what it makes of them: a checkpoint
/// between the steps knows nothing of it.
struct EarlyOpening {
    private let context: StepContext
    private let gradients: [Tensor?]
    private let states: [Tensor]

    /// Computes the opening of a step's first phase, for the only shard of this rank.
    ///
    /// - Returns: nil if the phase has no opening.
    init?(of phase: TrainingPhase, _ context: StepContext, _ states: [StateTensor]) throws {
        let before = states.map(\.value)
        defer { for (state, value) in zip(states, before) { state.assign(value) } }
        guard let gradients = try phase.openingGradients(context) else { return nil }
        try MemoryJob.check()
        (self.context, self.gradients, self.states) = (context, gradients, states.map(\.value))
    }

    /// Whether it is the opening of a step.
    func belongs(to step: Int, scheduleStep: Int) -> Bool {
        context.step == step && context.scheduleStep == scheduleStep
    }

    /// Puts random numbers and states where they are after the opening.
    ///
    /// - Returns: the gradients of the opening.
    func resume(_ context: StepContext, _ states: [StateTensor]) -> [Tensor?] {
        context.random.follow(self.context.random)
        for (state, value) in zip(states, self.states) { state.assign(value) }
        return gradients
    }
}
