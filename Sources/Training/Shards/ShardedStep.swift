import Cluster
import Layers
import Memory
import TensorCore

/// A step whose batch is divided. The shards of this rank are computed one after another, each as if it were alone, and
/// put together with those of the other ranks at the end of every phase.
final class ShardedStep {
    private let division: Division
    private let states: [StateTensor]
    /// What the shards of this rank record.
    private let records: [StepRecord]

    /// - Parameter states: of the players' networks.
    init(_ division: Division, _ states: [StateTensor]) {
        (self.division, self.states) = (division, states)
        records = division.own.map { _ in StepRecord() }
    }

    /// Lets a phase prepare what all shards share.
    func prepare(_ phase: TrainingPhase, _ random: Random) {
        phase.prepare?(random) { own in
            let all = division.gather(own.map(\.values))
            let rows = all.count * own[0].shape[0]
            return Tensor(all.flatMap { $0 }, shape: Shape([rows] + own[0].shape.dimensions.dropFirst()))
        }
    }

    /// A phase's context for each shard of this rank, which all start at the same place of the random stream.
    func contexts(_ context: StepContext, _ place: (phase: Int, repetition: Int)) -> [StepContext] {
        for record in records { record.place = place }
        return zip(division.own, records).map { shard, record in
            context.divided(
                Share(index: shard, count: division.shards), own: division.each, record, peers: division.peers)
        }
    }

    /// The sum of a phase's gradients over all shards, with what has yet to arrive.
    ///
    /// - Parameters:
    ///   - early: the opening, if it has been computed.
    ///   - meanwhile: what is done while the gradients travel.
    func gradients(
        of phase: TrainingPhase, _ contexts: [StepContext], _ random: Random, after early: EarlyOpening?,
        meanwhile: () throws -> Void
    ) throws -> GradientSum {
        let parameters = phase.parameters
        var sum = GradientSum(division, count: parameters.count)
        let before = states.map(\.value)
        var after: [[Tensor]] = []
        var sharing = {}
        for (place, context) in contexts.enumerated() {
            for (state, value) in zip(states, before) { state.assign(value) }
            let opening = try early?.resume(context, states) ?? phase.openingGradients(context)
            let loss = try phase.loss(context)
            let isLast = place == contexts.count - 1
            after.append(states.map(\.value))
            // Before gradients fill the network.
            if isLast { sharing = beginSharing(after, before) }
            sum.add(gradientsOf: consume loss, at: parameters, after: opening, isLast: isLast)
        }
        sharing()
        try MemoryJob.check()
        random.follow(contexts[contexts.count - 1].random)
        phase.conclude?(division.gather(records.map { $0.takeTally() }))
        try meanwhile()
        return sum
    }

    /// Begins to share what the shards have made of the states.
    ///
    /// - Returns: waits for the other ranks, and sets every state to the mean.
    private func beginSharing(_ after: [[Tensor]], _ before: [Tensor]) -> () -> Void {
        let moved = states.indices.filter { index in
            after.contains { $0[index].storage !== before[index].storage }
        }
        let all = division.beginGather(after.map { values in moved.flatMap { values[$0].values } })
        return { [self] in set(moved, toMeansOf: all()) }
    }

    private func set(_ moved: [Int], toMeansOf all: [[Float]]) {
        guard let first = all.first, !first.isEmpty else { return }
        // Differences from the first shard: what all shards agree on keeps its bits.
        var means = first
        let share = 1 / Float(division.shards)
        for index in first.indices {
            var difference: Float = 0
            for shard in all { difference += shard[index] - first[index] }
            means[index] += difference * share
        }
        var start = 0
        for index in moved {
            let shape = states[index].shape
            states[index].assign(Tensor(Array(means[start..<start + shape.count]), shape: shape))
            start += shape.count
        }
    }

    /// Adds the means of what all shards recorded.
    func conclude(_ record: StepRecord) { record.add(meansOf: records, division) }
}
