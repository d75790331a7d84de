import Layers
import Memory
import TensorCore

/// A training step: the phases in order, each with its loss, its gradients and the update of its players.
package struct PhaseLoop {
    /// The phases in order.
    package let phases: [TrainingPhase]
    /// All players.
    package let players: [Player]
    /// Of the players' networks: running statistics and the like.
    private let states: [StateTensor]
    private let seed: UInt64
    private let precision: Precision
    private let wrapping: Wrapping
    /// How the steps go through the schedules.
    package var pace = Pace()

    /// Processes the complete gradients of a phase before the optimizers use them, for example by summing over several
    /// machines.
    package var gradientsAreComplete: (_ gradients: [Tensor?], _ phase: TrainingPhase) throws -> [Tensor?] = {
        gradients, _ in gradients
    }

    /// - Parameters:
    ///   - seed: the seed of the steps' random numbers.
    ///   - precision: the arithmetic of convolutions and matrix products.
    ///   - wrapping: the axes along which generated images repeat.
    package init(
        _ phases: [TrainingPhase], seed: UInt64, precision: Precision = .float32, wrapping: Wrapping = .neither
    ) {
        self.phases = phases
        self.seed = seed
        self.precision = precision
        self.wrapping = wrapping
        var players: [Player] = []
        for player in phases.flatMap(\.players) where !players.contains(where: { $0.name == player.name }) {
            players.append(player)
        }
        self.players = players
        states = players.flatMap { $0.network.stateTensors.map(\.state) }
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
        let scheduleStep = pace.scheduleStep(of: number)
        for player in players { player.begin(step: scheduleStep) }
        var hasMoved = false
        let statistics = states.map(\.value)
        let due = phases.enumerated().filter { number % max($1.interval, 1) == 0 }.flatMap { place, phase in
            (0..<phase.repetitions).map { (place: place, repetition: $0, phase: phase) }
        }
        for (index, turn) in due.enumerated() {
            func context(of turn: (place: Int, repetition: Int, phase: TrainingPhase)) -> StepContext {
                StepContext(
                    step: number, scheduleStep: scheduleStep, repetition: turn.repetition, random: random,
                    precision: precision, wrapping: wrapping, isMeasuring: measuring, record: record)
            }
            record.place = (turn.place, turn.repetition)
            do { try update(turn.phase, context(of: turn), record, &hasMoved) } catch let error as OutOfMemory {
                for (state, value) in zip(states, statistics) { state.assign(value) }
                throw StepOutOfMemory(error, isHalfDone: hasMoved) {
                    for turn in due[(index + 1)...] { try differentiate(turn.phase, context(of: turn)) }
                }
            }
        }
        for player in players { player.end(step: number, scheduleStep: scheduleStep) }
        return record
    }

    /// The gradients of a phase; its loss is consumed, so its history is released while it is walked.
    @discardableResult
    private func differentiate(_ phase: TrainingPhase, _ context: StepContext) throws -> [Tensor?] {
        try gradients(of: phase.loss(context), at: phase.players.flatMap(\.optimizer.values))
    }

    /// - Parameter hasMoved: becomes true when parameters may have changed.
    private func update(
        _ phase: TrainingPhase, _ context: StepContext, _ record: StepRecord, _ hasMoved: inout Bool
    ) throws {
        let found = try differentiate(phase, context)
        try MemoryJob.check()
        var rest = try gradientsAreComplete(found, phase)[...]
        hasMoved = true
        // There are no other references to the parameters' values now, so they are updated in place.
        for player in phase.players {
            let own = Array(rest.prefix(player.optimizer.parameters.count))
            rest = rest.dropFirst(own.count)
            player.optimizer.update(own)
            if context.isMeasuring { record.note(.gradientNorm, player.role, globalNorm(of: own)) }
        }
        try MemoryJob.check()
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
