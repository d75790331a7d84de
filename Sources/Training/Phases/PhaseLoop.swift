import Layers
import TensorCore

/// A training step: the phases in their order, each a loss, its gradients, and the update of who learns.
package struct PhaseLoop {
    /// In the order in which they take place.
    package let phases: [TrainingPhase]
    /// Everybody who learns.
    package let players: [Player]
    private let seed: UInt64
    private let precision: Precision

    /// What happens to the complete gradients of a phase before the optimizers take them, such as adding up those of
    /// several machines.
    package var gradientsAreComplete: (_ gradients: [Tensor?], _ phase: TrainingPhase) throws -> [Tensor?] = {
        gradients, _ in gradients
    }

    /// - Parameters:
    ///   - seed: decides what steps draw.
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

    /// Takes a step, counted from 1.
    ///
    /// - Parameter measuring: whether figures that cost time are wanted.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        try record(step: number, measuring: measuring).report
    }

    /// Takes a step, and gives everything that was noted in it.
    package func record(step number: Int, measuring: Bool) throws -> StepRecord {
        let record = StepRecord()
        let random = Random(seed: seed, .step(number))
        for player in players { player.begin(step: number) }
        for (place, phase) in phases.enumerated() where number % max(phase.interval, 1) == 0 {
            for repetition in 0..<phase.repetitions {
                record.place = (place, repetition)
                try update(
                    phase,
                    StepContext(
                        step: number, repetition: repetition, random: random, precision: precision,
                        isMeasuring: measuring, record: record),
                    record)
            }
        }
        for player in players { player.end(step: number) }
        return record
    }

    private func update(_ phase: TrainingPhase, _ context: StepContext, _ record: StepRecord) throws {
        // The loss is handed over: its history is released while it is walked. Nothing holds on to the parameters'
        // values when the optimizers move them, so that they are moved in place.
        var rest = try gradientsAreComplete(
            gradients(of: phase.loss(context), at: phase.players.flatMap(\.optimizer.values)), phase)[...]
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

    /// Takes over what ``state`` was.
    ///
    /// - Throws: `LoadError` when it does not fit.
    package func restore(_ state: TrainingState) throws {
        for player in players { try player.restore(state) }
    }
}
