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
    /// How batches are divided into shards, and these among ranks.
    package var division = Division.none
    private let next = NextOpening()

    /// The opening of the next step, if it has been computed.
    private final class NextOpening {
        private var opening: EarlyOpening?

        func set(_ opening: EarlyOpening?) { self.opening = opening }

        /// Takes it out, if it is the one of a step.
        func take(step: Int, scheduleStep: Int) -> EarlyOpening? {
            defer { opening = nil }
            return opening.flatMap { $0.belongs(to: step, scheduleStep: scheduleStep) ? $0 : nil }
        }
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
        let sharded = division.isNone ? nil : ShardedStep(division, states)
        var hasMoved = false
        let statistics = states.map(\.value)
        var early = next.take(step: number, scheduleStep: scheduleStep)
        let due = phases.enumerated().filter { number % max($1.interval, 1) == 0 }.flatMap { place, phase in
            (0..<phase.repetitions).map { (place: place, repetition: $0, phase: phase) }
        }
        for (index, turn) in due.enumerated() {
            /// One for each shard of this rank.
            func contexts(of turn: (place: Int, repetition: Int, phase: TrainingPhase)) -> [StepContext] {
                let context = context(
                    step: number, repetition: turn.repetition, random, measuring: measuring, record)
                record.place = (turn.place, turn.repetition)
                return sharded?.contexts(context, record.place) ?? [context]
            }
            do {
                let receive: (_ body: ([Tensor?]) -> Void) -> Void
                if let sharded {
                    sharded.prepare(turn.phase, random)
                    let sum = try sharded.gradients(of: turn.phase, contexts(of: turn), random, after: early.take()) {
                        if index == due.count - 1 {
                            try openNext(after: number, moving: turn.phase.players.map(\.name))
                        }
                    }
                    receive = { sum.receive($0) }
                } else {
                    let found = try gradients(of: turn.phase, contexts(of: turn)[0])
                    receive = { $0(found) }
                }
                hasMoved = true
                var update = PhaseUpdate(turn.phase.players, measuring: measuring)
                receive { update.move($0) }
                update.noteNorms(record)
                try MemoryJob.check()
            } catch let error as OutOfMemory {
                for (state, value) in zip(states, statistics) { state.assign(value) }
                throw StepOutOfMemory(error, isHalfDone: hasMoved) {
                    for turn in due[(index + 1)...] {
                        // The other ranks do not take part.
                        for context in contexts(of: turn) { try differentiate(turn.phase, context.withoutPeers) }
                    }
                }
            }
        }
        sharded?.conclude(record)
        for player in players { player.end(step: number, scheduleStep: scheduleStep) }
        return record
    }

    private func context(
        step: Int, repetition: Int, _ random: Random, measuring: Bool, _ record: StepRecord
    ) -> StepContext {
        StepContext(
            step: step, scheduleStep: pace.scheduleStep(of: step), repetition: repetition, random: random,
            precision: precision, wrapping: wrapping, isMeasuring: measuring, record: record)
    }

    /// Computes the opening of the next step while the gradients of this one's last phase travel.
    ///
    /// - Parameter moving: the players that these gradients will move.
    private func openNext(after number: Int, moving: [String]) throws {
        guard division.communicator.count > 1, division.each == 1, let phase = phases.first, phase.prepare == nil,
            phase.interval <= 1, !phase.players.contains(where: { moving.contains($0.name) })
        else { return }
        let step = number + 1
        let context = context(
            step: step, repetition: 0, Random(seed: seed, .step(step)), measuring: false, StepRecord())
        let sharded = ShardedStep(division, states)
        next.set(try EarlyOpening(of: phase, sharded.contexts(context, (0, 0))[0], states))
    }

    /// The gradients of a phase, whose loss is in one piece; it is consumed, so its history is released while it is walked.
    @discardableResult
    private func differentiate(_ phase: TrainingPhase, _ context: StepContext) throws -> [Tensor?] {
        try TensorCore.gradients(of: phase.loss(context), at: phase.parameters)
    }

    /// The gradients of a phase whose batch stays in one piece.
    private func gradients(of phase: TrainingPhase, _ context: StepContext) throws -> [Tensor?] {
        phase.prepare?(context.random) { Tensor.concatenated($0) }
        let found = try differentiate(phase, context)
        try MemoryJob.check()
        phase.conclude?([context.takeTally()])
        return found
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
        next.set(nil)
        for player in players { try player.restore(state) }
    }
}
