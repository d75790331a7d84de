import ImageData
import Layers
import Models
import Synchronization
import TensorCore
import Testing
import Training

/// What the loop shows to networks, and in which mode.
@Suite struct DiscriminatorViewTests {
    /// The points of WGAN-GP lie between what the discriminator is shown otherwise, not beside it.
    @Test(arguments: [[], [.cutout], [.color, .translation]] as [[DifferentiableAugmentation]])
    func thePenaltyIsTakenBetweenAugmentedImages(_ augmentation: [DifferentiableAugmentation]) throws {
        let watched = WatchedConfiguration {
            ($0.loss, $0.gradientPenalty, $0.augmentation) = (.wasserstein, 10, augmentation)
        }
        _ = try watched.task().step(1, measuring: false)
        let seen = watched.discriminatorWitness.seen.withLock { $0 }
        try #require(seen.count == 4)
        let (real, fake, between) = (seen[0].images, seen[1].images, seen[2].images)
        for image in 0..<6 {
            func values(_ images: Tensor) -> [Float] { images.slice(axis: 0, from: image, count: 1).values }
            let line = zip(values(real), values(fake)).map { $0 - $1 }
            let offset = zip(values(between), values(fake)).map { $0 - $1 }
            let share = zip(line, offset).reduce(0) { $0 + $1.0 * $1.1 } / line.reduce(0) { $0 + $1 * $1 }
            let off = zip(line, offset).map { abs($1 - share * $0) }.max() ?? 1
            #expect((0...1).contains(share) && off < 1e-5, "image \(image) lies \(off) beside the line")
        }
    }

    @Test func everythingIsInThePrecisionAskedFor() throws {
        let watched = WatchedConfiguration { ($0.precision, $0.gradientPenalty) = (.bfloat16, 1) }
        let task = watched.task()
        _ = try task.step(1, measuring: false)
        _ = try task.evaluate()
        #expect(watched.discriminatorWitness.seen.withLock { $0.allSatisfy { $0.mode.precision == .bfloat16 } })
        #expect(watched.generatorWitness.seen.withLock { $0.allSatisfy { $0.precision == .bfloat16 } })
    }

    /// Finished weights get their statistics without noise and without a record.
    @Test func statisticsAreTakenInCalibration() throws {
        let watched = WatchedConfiguration { $0.averageDecay = 0.9 }
        let task = watched.task()
        _ = try task.step(1, measuring: false)
        watched.generatorWitness.seen.withLock { $0 = [] }
        _ = try task.preview()
        let batches = watched.generatorWitness.seen.withLock { $0.filter(\.isTraining) }
        #expect(batches.count == 40)
        #expect(batches.allSatisfy { $0.random == nil && !$0.recordsParameters })
        // They are taken once, whoever asks, until the weights change.
        _ = try task.preview()
        #expect(watched.generatorWitness.seen.withLock { $0.filter(\.isTraining) }.count == 40)
        _ = try task.step(2, measuring: false)
        _ = try task.preview()
        #expect(watched.generatorWitness.seen.withLock { $0.filter(\.isTraining) }.count == 81)
    }

    @Test func accuraciesAreForThoseWhoAsk() throws {
        let task = ToyConfiguration().task()
        let unasked = try task.step(1, measuring: false)
        #expect(unasked.realAccuracy == nil && unasked.fakeAccuracy == nil && unasked.gradientNorms.isEmpty)
        #expect(try task.step(2, measuring: true).realAccuracy != nil)
    }

    @Test func repeatedUpdatesGiveOneFigureEach() throws {
        let configuration = ToyConfiguration {
            ($0.discriminatorSteps, $0.gradientPenalty, $0.r1Gamma, $0.r2Gamma, $0.r1Interval) = (5, 10, 1, 1, 2)
        }
        let (task, hand) = (configuration.task(), configuration.task())
        #expect(try task.step(1, measuring: true).extra.map(\.name) == ["gradient-penalty"])
        #expect(try task.step(2, measuring: true).extra.map(\.name) == ["r1", "r2", "gradient-penalty"])
        // A single update sees the same penalty first; five give their mean.
        let single = ToyConfiguration { $0.gradientPenalty = 10 }.task()
        try single.restore(hand.checkpoint())
        let first = try single.step(1, measuring: true).extra[0].value
        let mean = try hand.step(1, measuring: true).extra[0].value
        #expect(first.isFinite && mean.isFinite && first != mean)
    }
}

/// The toy pair, watched.
struct WatchedConfiguration: AdversarialConfiguration {
    static let kind = "watched"

    /// What the generator was run in.
    final class Generator: LatentGenerator {
        let inner: ToyGenerator
        let seen: Witness<ForwardMode>
        var latentSize: Int { inner.latentSize }

        init(_ inner: ToyGenerator, _ seen: Witness<ForwardMode>) { (self.inner, self.seen) = (inner, seen) }

        func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
            seen.seen.withLock { $0.append(mode) }
            return inner(latents, classes: classes, mode)
        }
    }

    /// What the discriminator was shown.
    final class Discriminator: ImageDiscriminator {
        let inner: ToyDiscriminator
        let seen: Witness<Look>

        init(_ inner: ToyDiscriminator, _ seen: Witness<Look>) { (self.inner, self.seen) = (inner, seen) }

        func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
            seen.seen.withLock { $0.append(Look(images: images.detached, mode: mode)) }
            return inner(images, labels: labels, mode)
        }
    }

    struct Look: Sendable {
        let images: Tensor
        let mode: ForwardMode
    }

    final class Witness<Sight: Sendable>: Sendable {
        let seen = Mutex<[Sight]>([])
    }

    private enum CodingKeys: CodingKey { case toy }

    var toy: ToyConfiguration
    var image: ImageShape { toy.image }
    var classNames: [String] { toy.classNames }
    var training: AdversarialSettings {
        get { toy.training }
        set { toy.training = newValue }
    }
    var generator: NetworkConfiguration { toy.generator }
    static let generatorMembers: Set<String> = []
    let generatorWitness = Witness<ForwardMode>()
    let discriminatorWitness = Witness<Look>()

    init(_ change: (inout AdversarialSettings) -> Void) { toy = ToyConfiguration(change) }

    func makeGenerator(random: Random) -> any LatentGenerator {
        Generator(ToyGenerator(random: random), generatorWitness)
    }
    func makeDiscriminator(random: Random) -> any ImageDiscriminator {
        Discriminator(ToyDiscriminator(random: random), discriminatorWitness)
    }

    func task() -> AdversarialTask<WatchedConfiguration> {
        AdversarialTask(self, batch: toy.batch, name: "watched")
    }
}
