import Cluster
import ImageData
import Layers
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Steps whose batch is divided: the same bits on any number of ranks, and the result of an undivided batch where nothing
/// depends on the other samples.
@Suite struct ShardedStepTests {
    /// What a few steps leave behind.
    private struct Outcome: Equatable {
        var weights: [String: [Float]] = [:]
        var figures: [[Double]] = []
        var tallies: [[[Double]]] = []
        /// The steps whose openings were computed so far, and the same at the end of each step.
        var opened: [Int] = []
        var begun: [[Int]] = []
    }

    /// A network with everything that a batch may mean: noise for each sample and for all, dropout, and statistics.
    private final class Net: Module {
        let first: Linear
        let norm: BatchNorm?
        let dropout = Dropout(0.3)
        let second = Linear(16, 1, random: Random(seed: 2))

        // A bias before a normalization has a gradient of rounding errors only.
        init(normalizes: Bool) {
            first = Linear(3, 16, bias: !normalizes, random: Random(seed: 1))
            norm = normalizes ? BatchNorm(16) : nil
        }

        func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
            let hidden = first(x, mode)
            return second(dropout((norm?(hidden, mode, then: .none) ?? hidden).leakyReLU(slope: 0.2), mode), mode)
        }
    }

    private static func train(
        _ communicator: any Communicator, shards: Int?, normalizes: Bool, synchronizes: Bool = false, batch: Int = 8,
        opens: Bool = false, follows: Bool = false
    ) throws -> Outcome {
        let net = Net(normalizes: normalizes)
        let player = Player("net", net, optimizer: Adam(net.parameters), rate: Player.LearningRate(0.01))
        let other = Net(normalizes: normalizes)
        let others = Player("other", other, optimizer: Adam(other.parameters), rate: Player.LearningRate(0.01))
        let images = Random(seed: 3).normal([batch, 3, 1, 1])
        let own = Share(index: communicator.rank, count: communicator.count)
        let source = StepImages { number in
            Batch(images: (images + Float(number)).part(own), labels: Array(own.range(of: batch)))
        }
        var (opened, handover) = (Handover<Tensor>(), Handover<Tensor>())
        var outcome = Outcome()
        func made(_ context: StepContext) throws -> Tensor {
            let real = try source(context.step, context)
            let noise = context.random.normal([real.count, 3], deviation: 0.1)
            let shift = context.random.undivided { $0.uniform([1]).item }
            return real.images.reshaped(to: [real.count, 3]) + noise + shift
        }
        func openingLoss(_ x: Tensor, _ context: StepContext) -> Tensor {
            net(x + 0.5, context.training).squared().mean()
        }
        func opening(_ context: StepContext) throws -> Tensor? {
            guard opens else { return nil }
            outcome.opened.append(context.step)
            let x = try made(context)
            opened.leave(x, context)
            return openingLoss(x, context)
        }
        var loop = PhaseLoop(
            [
                TrainingPhase("makes", [player], opening: opening) { context in
                    let early = opened.takeIfLeft(context)
                    let x = try early ?? made(context)
                    context.note(images: x.shape[0])
                    handover.leave(x, context)
                    let first = early == nil ? openingLoss(x, context) : nil
                    let loss = net(x, context.training).squared().mean()
                    context.note(loss: "first", loss)
                    return first.map { $0 + loss } ?? loss
                },
                TrainingPhase("again", [follows ? player : others]) { context in
                    let x = handover.take(context)
                    context.tally(Double(context.share.index), Double(x.shape[0]))
                    let loss = (net(x, context.training) + other(x, context.training) - 1).squared().mean()
                    context.note(loss: "second", loss)
                    return loss
                } conclude: {
                    outcome.tallies.append($0)
                },
            ], seed: 5)
        loop.division = try Division(communicator, shards: shards, batch: batch, synchronizes: synchronizes)
        for step in 1...3 {
            let report = try loop.step(step, measuring: true)
            outcome.begun.append(outcome.opened)
            outcome.figures.append((report.losses + report.gradientNorms).map(\.value) + [Double(report.images)])
        }
        for (name, tensor) in loop.state.tensors { outcome.weights[name] = tensor.values }
        return outcome
    }

    @Test(arguments: [true, false]) func oneTwoAndFourRanksGiveTheSameBits(_ normalizes: Bool) throws {
        let alone = try Self.train(Alone(), shards: 4, normalizes: normalizes)
        #expect(alone.tallies[0] == [[0, 2], [1, 2], [2, 2], [3, 2]])
        for ranks in [2, 4] {
            let outcomes = try ThreadCommunicator.together(ranks) {
                try Self.train($0, shards: 4, normalizes: normalizes)
            }
            for outcome in outcomes { #expect(outcome == alone) }
        }
    }

    /// Ranks with a single shard compute the opening of the next step while gradients travel.
    @Test func openingsAreComputedEarlyAndChangeNoBit() throws {
        var alone = try Self.train(Alone(), shards: 4, normalizes: true, opens: true)
        #expect(alone.begun[0] == [1, 1, 1, 1])
        (alone.opened, alone.begun) = ([], [])
        for ranks in [2, 4] {
            let outcomes = try ThreadCommunicator.together(ranks) {
                try Self.train($0, shards: 4, normalizes: true, opens: true)
            }
            for var outcome in outcomes {
                #expect(outcome.begun[0] == (ranks == 4 ? [1, 2] : [1, 1]))
                (outcome.opened, outcome.begun) = ([], [])
                #expect(outcome == alone)
            }
        }
    }

    /// An opening waits for the update of what it depends on.
    @Test func openingsComeAfterTheUpdateOfTheirPlayer() throws {
        let alone = try Self.train(Alone(), shards: 2, normalizes: true, opens: true, follows: true)
        let outcomes = try ThreadCommunicator.together(2) {
            try Self.train($0, shards: 2, normalizes: true, opens: true, follows: true)
        }
        for outcome in outcomes {
            #expect(outcome.begun == [[1], [1, 2], [1, 2, 3]])
            #expect(outcome.weights == alone.weights && outcome.figures == alone.figures)
        }
    }

    @Test func openingsChangeNothingButTheOrderOfASum() throws {
        let whole = try Self.train(Alone(), shards: nil, normalizes: false)
        try Self.expect(try Self.train(Alone(), shards: nil, normalizes: false, opens: true), near: whole)
        let apart = try ThreadCommunicator.together(2) {
            try Self.train($0, shards: nil, normalizes: false, opens: true)
        }
        for run in apart { try Self.expect(run, near: whole) }
    }

    @Test func withoutStatisticsTheResultIsThatOfAnUndividedBatch() throws {
        let whole = try Self.train(Alone(), shards: nil, normalizes: false)
        let runs =
            try ThreadCommunicator.together(2) { try Self.train($0, shards: nil, normalizes: false) }
            + [Self.train(Alone(), shards: 8, normalizes: false)]
        for run in runs { try Self.expect(run, near: whole) }
        #expect(runs[0] == runs[1])
    }

    private static func expect(_ run: Outcome, near whole: Outcome) throws {
        for (name, values) in whole.weights {
            let other = try #require(run.weights[name])
            #expect(zip(values, other).allSatisfy { abs($0 - $1) <= 1e-4 * max(abs($0), 1e-2) }, "\(name)")
        }
        for (figures, others) in zip(whole.figures, run.figures) {
            #expect(zip(figures, others).allSatisfy { abs($0 - $1) <= 1e-4 * max(abs($0), 1e-3) })
        }
    }

    @Test(arguments: [2, 4]) func synchronizedStatisticsAreThoseOfAnUndividedBatch(_ ranks: Int) throws {
        let whole = try Self.train(Alone(), shards: nil, normalizes: true)
        let runs = try ThreadCommunicator.together(ranks) {
            try Self.train($0, shards: nil, normalizes: true, synchronizes: true)
        }
        for run in runs { try Self.expect(run, near: whole) }
        // Otherwise this proves nothing.
        let apart = try ThreadCommunicator.together(ranks) { try Self.train($0, shards: nil, normalizes: true) }
        #expect(zip(whole.figures[0], apart[0].figures[0]).contains { abs($0 - $1) > 1e-2 * abs($0) })
    }

    /// The mean of what the shards make of the running statistics, not one after another.
    @Test func statisticsFollowTheMeanOfTheShards() throws {
        let norm = BatchNorm(1, affine: true)
        let player = Player("norm", norm, optimizer: SGD(norm.parameters), rate: Player.LearningRate(0))
        let values = Tensor([1, 3, 5, 11], shape: [4, 1, 1, 1])
        let images = StepImages { _ in Batch(images: values, labels: [0, 0, 0, 0]) }
        var loop = PhaseLoop(
            [
                TrainingPhase("only", [player]) { context in
                    norm(try images(0, context).images, context.training, then: .none).sum()
                }
            ], seed: 1)
        loop.division = try Division(Alone(), shards: 2, batch: 4)
        _ = try loop.step(1, measuring: false)
        // Means 2 and 8, unbiased variances 2 and 18; a tenth of the way.
        #expect(abs(norm.runningMean.value.item - 0.5) < 1e-6)
        #expect(abs(norm.runningVar.value.item - (0.9 + 1)) < 1e-5)
    }
}
