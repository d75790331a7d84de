import Layers
import Memory
import TensorCore

/// A training step: the phases in order, each with its loss, its gradients and the update of its players.
package struct PhaseLoop {
    /// The phases in order.
    package let phases: [TrainingPhase]
    /// All players.
    package let players: [Player]
    private let seed: UInt64
    private let precision: Precision

    /// Processes the complete gradients of a phase before the optimizers use them, for example by summing over several
    /// machines.
    package var gradientsAreComplete: (_ gradients: [Tensor?], _ phase: TrainingPhase) throws -> [Tensor?] = {
        gradients, _ in gradients
    }

    /// - Parameters:
    ///   - seed: the seed of the steps' random numbers.
    ///   - precision: the arithmetic of convolutions and matrix products.
    package init(_ phases: [TrainingPhase], seed: UInt64, precision: Precision = .float32) {
        self.phases = phases
        self.seed = seed
        self.precision = precision
        var players: [Player] = []
        for player in phases.flatMap(\.players) where !players.contains(where: { $0.name == player.name }) {
            players.append(player)
        }
        self.players = players
    }

    /// Runs a step, counted from 1.
    ///
    /// - Parameter measuring: whether to measure costly figures.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        try record(step: number, measuring: measuring).report
    }

    /// Runs a step and returns everything that was recorded.
    package func record(step number: Int, measuring: Bool) throws -> StepRecord {
        let record = StepRecord()
        let random = Random(seed: seed, .step(number))
        for player in players { player.begin(step: number) }
        var interruption: StepOutOfMemory?
        for (place, phase) in phases.enumerated() where number % max(phase.interval, 1) == 0 {
            for repetition in 0..<phase.repetitions {
                record.place = (place, repetition)
                let context = StepContext(
                    step: number, repetition: repetition, random: random, precision: precision,
                    isMeasuring: measuring, record: record)
                do { try update(phase, context, record) } catch let error as OutOfMemory {
                    // Without values, the other phases cost nothing, but show how much memory the step would take.
                    interruption = interruption ?? StepOutOfMemory(error, isHalfDone: place + repetition > 0)
                }
            }
        }
        if let interruption { throw interruption.ended }
        for player in players { player.end(step: number) }
        return record
    }

    private func update(_ phase: TrainingPhase, _ context: StepContext, _ record: StepRecord) throws {
        // The loss is consumed, so its history is released while it is walked. There are no other references to the
        // parameters' values when the optimizers run, so they are updated in place.
        let found = try gradients(of: phase.loss(context), at: phase.players.flatMap(\.optimizer.values))
        try MemoryJob.check()
        var rest = try gradientsAreComplete(found, phase)[...]
        for player in phase.players {
            let own = Array(rest.prefix(player.optimizer.parameters.count))
            rest = rest.dropFirst(own.count)
            player.optimizer.update(own)
            if context.isMeasuring { record.note(.gradientNorm, player.role, globalNorm(of: own)) }
        }
    }

    // MARK: State

    /// Everything that the next step depends on.
    package var state: TrainingState {
        var state = TrainingState()
        for player in players { player.add(to: &state) }
        return state
    }

    /// Restores a value of ``state``.
    ///
    /// - Throws: `LoadError` if it does not fit.
    package func restore(_ state: TrainingState) throws {
        for player in players { try player.restore(state) }
    }
}
