import Layers
import TensorCore
import Testing
import Training

/// The loop: which phases take place, who learns in them, and what is said of them.
@Suite struct PhaseLoopTests {
    private let first = Linear(2, 1, bias: false, random: Random(seed: 1))
    private let second = Linear(2, 1, bias: false, random: Random(seed: 2))

    private func player(_ name: String, _ network: any Module, rate: Double = 0.5) -> Player {
        Player(name, network, optimizer: SGD(network.parameters), rate: Player.LearningRate(rate))
    }

    private func sum(_ network: Linear, _ context: StepContext) -> Tensor {
        network(.ones([1, 2]), context.training).sum()
    }

    @Test func phasesTakePlaceAtTheirIntervals() throws {
        var taken: [String] = []
        func phase(_ name: String, interval: Int = 1, repetitions: Int = 1) -> TrainingPhase {
            TrainingPhase(name, [player("network", first)], interval: interval, repetitions: repetitions) { context in
                taken.append("\(name)\(context.step).\(context.repetition)")
                return sum(first, context)
            }
        }
        let loop = PhaseLoop([phase("a", repetitions: 2), phase("b", interval: 2)], seed: 1)
        for step in 1...2 { _ = try loop.step(step, measuring: false) }
        #expect(taken == ["a1.0", "a1.1", "a2.0", "a2.1", "b2.0"])
    }

    @Test func playersOfAPhaseLearnTogetherAndOthersRest() throws {
        let resting = Linear(2, 1, bias: false, random: Random(seed: 3))
        let before = [first, second, resting].map { $0.weight.value.values }
        let together = TrainingPhase("both", [player("a.network", first), player("b.network", second)]) { context in
            sum(first, context) + sum(second, context) * 2 + sum(resting, context)
        }
        let report = try PhaseLoop([together], seed: 1).step(1, measuring: true)
        let moves = zip([first, second, resting], before).map { network, old in
            zip(network.weight.value.values, old).map { $0 - $1 }
        }
        for (move, expected) in zip(moves, [-0.5, -1, 0] as [Float]) {
            #expect(move.allSatisfy { abs($0 - expected) < 1e-6 })
        }
        // Both play the same part: one figure, the mean of √2 and 2√2.
        #expect(report.gradientNorms.map(\.name) == ["network"])
        #expect(abs(report.gradientNorms[0].value - 1.5 * 2.0.squareRoot()) < 1e-6)
        #expect(try PhaseLoop([together], seed: 1).step(1, measuring: false).gradientNorms.isEmpty)
    }

    @Test func oneFigureForEachName() throws {
        let loop = PhaseLoop(
            [
                TrainingPhase("makes", [player("a.generator", first)]) { context in
                    let loss = sum(first, context)
                    context.note(loss: "generator", Tensor(3))
                    context.note(images: 4)
                    return loss
                },
                TrainingPhase("tells", [player("a.discriminator", second, rate: 0)], repetitions: 3) { context in
                    context.note(loss: "discriminator", Tensor(Float(context.repetition)))
                    context.note("penalty", Float(context.repetition))
                    if context.isMeasuring { context.note(accuracies: 0.25 * Float(context.repetition), 1) }
                    return sum(second, context)
                },
                TrainingPhase("tells again", [player("b.discriminator", second, rate: 0)]) { context in
                    context.note(loss: "discriminator", Tensor(6))
                    return sum(second, context)
                },
            ], seed: 1)
        let report = try loop.step(1, measuring: true)
        // The last of the three repetitions and the other discriminator: (2 + 6) / 2.
        #expect(report.losses.map(\.name) == ["discriminator", "generator"])
        #expect(report.losses.map(\.value) == [4, 3] && report.images == 4)
        #expect(report.extra.map(\.name) == ["penalty"] && report.extra[0].value == 1)
        #expect(report.realAccuracy == 0.5 && report.fakeAccuracy == 1)
        #expect(report.gradientNorms.map(\.name) == ["discriminator", "generator"])
        #expect(try loop.step(2, measuring: false).realAccuracy == nil)
    }

    /// The numbers that decide the weights of runs that were begun before purposes had names.
    @Test func streamsKeepTheirNumbers() {
        let last = UInt64.max
        let numbers: [RandomStream: UInt64] = [
            .step(7): 7, .generatorWeights: last, .discriminatorWeights: last - 1, .calibration: last - 2,
            .preview: last - 3, .returningGeneratorWeights: last - 2, .returningDiscriminatorWeights: last - 3,
        ]
        for (stream, number) in numbers { #expect(stream.number == number) }
    }

    @Test func ratesFollowTheScheduleOfTheirStage() throws {
        let optimizer = SGD(first.parameters)
        let player = Player(
            "network", first, optimizer: optimizer,
            rate: Player.LearningRate(2, .linearDecay(start: 1, end: 3), stepsBefore: 10))
        var rates: [Float] = []
        let loop = PhaseLoop(
            [
                TrainingPhase("only", [player]) { context in
                    rates.append(optimizer.learningRate)
                    return sum(first, context)
                }
            ], seed: 1)
        for step in 11...14 { _ = try loop.step(step, measuring: false) }
        #expect(rates == [2, 2, 1, 0])
    }

    @Test func stateIsKeptByNames() throws {
        let average = ExponentialMovingAverage(of: first, decay: 0.9)
        let player = Player(
            "AtoB.generator", first, optimizer: Adam(first.parameters), rate: Player.LearningRate(1e-2),
            average: average)
        let loop = PhaseLoop([TrainingPhase("only", [player]) { sum(first, $0) }], seed: 1)
        _ = try loop.step(1, measuring: false)
        let state = loop.state
        #expect(
            state.tensors.keys.sorted() == [
                "AtoB.average.weight", "AtoB.generator.weight", "AtoB.generatorOptimizer.exp_avg.weight",
                "AtoB.generatorOptimizer.exp_avg_sq.weight",
            ])
        #expect(state.numbers == ["AtoB.generatorOptimizer.step": 1])
        _ = try loop.step(2, measuring: false)
        let after = first.weight.value.values
        try loop.restore(state)
        _ = try loop.step(2, measuring: false)
        #expect(first.weight.value.values == after)
    }
}
