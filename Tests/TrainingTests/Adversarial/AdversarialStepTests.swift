import Layers
import TensorCore
import Testing
import Training

/// One step of the adversarial training: who changes, by how much, and what is reported.
@Suite struct AdversarialStepTests {
    /// The ways to train that the hand-written step knows too.
    enum Recipe: CaseIterable {
        case plain, r1, r2, wassersteinWithPenalty, twoDiscriminatorSteps, withoutMomentum

        var configuration: ToyConfiguration {
            ToyConfiguration { settings in
                settings.generatorLearningRate = 2e-3
                settings.discriminatorLearningRate = 3e-3
                switch self {
                case .plain: break
                case .r1: (settings.r1Gamma, settings.r1Interval) = (2, 2)
                case .r2: (settings.r1Gamma, settings.r2Gamma, settings.r1Interval) = (1, 2, 2)
                case .wassersteinWithPenalty:
                    settings.loss = .wasserstein
                    settings.gradientPenalty = 10
                case .twoDiscriminatorSteps: settings.discriminatorSteps = 2
                case .withoutMomentum: (settings.beta1, settings.beta2) = (0, 0.9)
                }
            }
        }
    }

    @Test(arguments: Recipe.allCases)
    func stepsAreThoseWrittenByHand(recipe: Recipe) throws {
        let configuration = recipe.configuration
        let task = configuration.task()
        let hand = try HandStep(configuration, start: task.checkpoint())
        for number in 1...4 {
            let report = try task.step(number, measuring: true)
            hand.take(number)
            for figure in report.losses + report.extra {
                let expected = try #require(hand.losses[figure.name])
                #expect(abs(figure.value - expected) < 1e-4 * max(1, abs(expected)), "step \(number): \(figure)")
            }
            let state = task.checkpoint()
            let pairs: [(String, any Module)] = [("generator", hand.generator), ("discriminator", hand.discriminator)]
            for (prefix, network) in pairs {
                for (name, expected) in network.state() {
                    let computed = try #require(state.tensors[prefix + "." + name])
                    let distance = (computed - expected).absolute().values.max() ?? 0
                    // A tenth of a per cent of what a step moves a weight by.
                    #expect(distance < 4e-6, "step \(number): \(prefix).\(name) is off by \(distance)")
                }
            }
        }
    }

    @Test func theR1PenaltyIsTakenAtItsIntervalOnly() throws {
        let task = ToyConfiguration { ($0.r1Gamma, $0.r1Interval) = (1, 3) }.task()
        let taken = try (1...7).filter { try task.step($0, measuring: false).extra.contains { $0.name == "r1" } }
        #expect(taken == [3, 6])
    }

    @Test func eachPlayerMovesItsOwnWeightsOnly() throws {
        func changed(generatorRate: Double, discriminatorRate: Double) throws -> Set<String> {
            let configuration = ToyConfiguration {
                $0.generatorLearningRate = generatorRate
                $0.discriminatorLearningRate = discriminatorRate
            }
            let task = configuration.task()
            let before = task.checkpoint().tensors
            _ = try task.step(1, measuring: true)
            let after = task.checkpoint().tensors
            let weights =
                configuration.makeGenerator(random: Random(seed: 0)).parameters.map { "generator." + $0.name }
                + configuration.makeDiscriminator(random: Random(seed: 0)).parameters.map { "discriminator." + $0.name }
            return Set(weights.filter { before[$0]?.values != after[$0]?.values })
        }
        let discriminator = try changed(generatorRate: 0, discriminatorRate: 1e-3)
        let generator = try changed(generatorRate: 1e-3, discriminatorRate: 0)
        #expect(
            discriminator == [
                "discriminator.hidden.weight", "discriminator.hidden.bias", "discriminator.output.weight",
                "discriminator.output.bias",
            ])
        #expect(
            generator.isSuperset(of: ["generator.hidden.weight", "generator.output.weight", "generator.output.bias"]))
        #expect(generator.allSatisfy { $0.hasPrefix("generator.") })
    }

    @Test func reportsCountImagesAndMeasureAccuracies() throws {
        let task = ToyConfiguration { $0.discriminatorSteps = 3 }.task()
        let report = try task.step(1, measuring: true)
        #expect(report.images == 18)
        #expect(report.losses.map(\.name) == ["discriminator", "generator"])
        #expect(report.gradientNorms.map(\.name) == ["discriminator", "generator"])
        #expect(report.gradientNorms.allSatisfy { $0.value > 0 && $0.value.isFinite })
        for accuracy in [report.realAccuracy, report.fakeAccuracy] {
            let share = try #require(accuracy) * 6
            #expect(abs(share - share.rounded()) < 1e-5 && (0...6).contains(share))
        }
    }

    @Test func everyLossTrains() throws {
        for loss in AdversarialLoss.allCases {
            let task = ToyConfiguration { $0.loss = loss }.task()
            let before = task.checkpoint().tensors
            let report = try task.step(1, measuring: false)
            let after = task.checkpoint().tensors
            #expect(report.losses.allSatisfy { $0.value.isFinite }, "\(loss)")
            for name in ["generator.output.weight", "discriminator.hidden.weight"] {
                #expect(before[name]?.values != after[name]?.values, "\(loss): \(name)")
            }
        }
    }

    @Test func theScheduleScalesBothRates() throws {
        let configuration = ToyConfiguration { $0.schedule = .linearDecay(start: 1, end: 2) }
        let task = configuration.task()
        _ = try task.step(1, measuring: false)
        let before = task.checkpoint().tensors
        _ = try task.step(3, measuring: false)
        let after = task.checkpoint().tensors
        for name in ["generator.output.weight", "discriminator.hidden.weight"] {
            #expect(before[name]?.values == after[name]?.values, "the rate is 0 by then")
        }
    }

    /// The discriminator sees images moved about, the generator learns all the same.
    @Test func augmentationReachesBothPlayers() throws {
        let plain = ToyConfiguration().task()
        let augmented = ToyConfiguration { $0.augmentation = [.cutout] }.task()
        for task in [plain, augmented] { _ = try task.step(1, measuring: false) }
        let (a, b) = (plain.checkpoint().tensors, augmented.checkpoint().tensors)
        for name in ["generator.output.weight", "discriminator.hidden.weight"] {
            #expect(a[name]?.values != b[name]?.values)
        }
    }

    @Test func aFewHundredStepsFindTheBrightness() throws {
        let configuration = ToyConfiguration {
            $0.batchSize = 16
            $0.generatorLearningRate = 5e-3
            $0.discriminatorLearningRate = 5e-3
            $0.r1Gamma = 0.1
            $0.r1Interval = 1
            $0.averageDecay = 0.95
        }
        let task = configuration.task()
        let start = try #require(try task.preview()).images.mean().item
        for number in 1...300 { _ = try task.step(number, measuring: false) }
        let images = try #require(try task.preview()).images
        #expect(abs(start - 0.5) > 0.25)
        #expect(abs(images.mean().item - 0.5) < 0.15, "from \(start)")
    }
}
