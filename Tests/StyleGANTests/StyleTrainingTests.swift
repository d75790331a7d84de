import Foundation
import ImageData
import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import StyleGAN
@testable import Training

/// The training of StyleGAN2: its penalties, its settings, and runs small enough to watch.
@Suite struct StyleTrainingTests {
    /// Two classes of 8×8 images, dark and bright.
    static func batch(_ number: Int) -> Batch {
        let random = Random(seed: 41, stream: UInt64(number))
        let labels = (0..<4).map { $0 % 2 }
        let brightness = Tensor(labels.map { $0 == 0 ? -0.8 : 0.8 }, shape: [4, 1, 1, 1])
        return Batch(images: brightness + random.normal([4, 3, 8, 8], deviation: 0.1), labels: labels)
    }

    static func small(classes: Bool) -> StyleGANConfiguration {
        var configuration = StyleGANConfiguration(
            image: ImageShape(size: 8, channels: 3), classNames: classes ? ["dark", "bright"] : [])
        (configuration.latentSize, configuration.styleSize) = (8, 8)
        (configuration.generatorWidth, configuration.discriminatorWidth) = (4, 4)
        configuration.training.batchSize = 4
        configuration.training.r1Interval = 2
        configuration.pathLengthInterval = 2
        configuration.adaptation.images = 40
        configuration.adaptation.interval = 1
        configuration.adaptation.target = 0.01
        configuration.adaptation.kinds = AugmentationKind.allCases
        return configuration
    }

    private static func task(_ configuration: StyleGANConfiguration) -> AdversarialTask<StyleGANConfiguration> {
        AdversarialTask(configuration, batch: batch, name: "shades")
    }

    @Test func pathLengthsAreThoseOfThePaper() throws {
        for answer in try StyleNetworkTests.answers.get() where answer.has("lengths") {
            let generator = StyleGenerator(try StyleNetworkTests.sizes(answer), random: Random(seed: 1))
            #expect(try StyleNetworkTests.fill(generator, answer) == nil)
            let mode = ForwardMode.training(Random(seed: 2))
            let classes = Tensor(try answer.tensor("labels").scalars, shape: [4])
            let style = generator.mapping(try answer.loaded("input"), classes: classes, mode)
            let count = generator.synthesis.styleCount
            let styles = style.reshaped(to: [4, 1, 7]).broadcast(to: [4, count, 7])
            let images = generator.synthesis(styles, .constant, mode)
            let lengths = PathLength.lengths(of: images, at: styles, noise: try answer.loaded("noise"))
            #expect(try answer.difference("lengths", from: lengths) == nil)
            let path = PathLength(mean: 0.3)
            let (found, mean) = path.penalty(lengths)
            let penalty = found.scaled(by: 2)
            #expect(try answer.difference("mean", from: Tensor([mean], shape: [1])) == nil)
            #expect(try answer.difference("penalty", from: penalty.reshaped(to: [1])) == nil)
            let const = try #require(generator.parameters.first { $0.name == "synthesis.b4.const" }).parameter.value
            let slope = try #require(gradients(of: penalty, at: [const])[0])
            #expect(try answer.difference("grad.const", from: slope) == nil)
        }
    }

    /// The penalty on the gradient at images that are then augmented, and its own gradient, beside differences.
    @Test func penaltiesReachThroughAugmentations() throws {
        var sizes = StyleGANParameters()
        sizes.image = ImageShape(size: 8, channels: 3)
        (sizes.channelBase, sizes.form) = (32, .residual)
        let discriminator = StyleDiscriminator(sizes, random: Random(seed: 1))
        let pipe = AugmentationPipe(Set(AugmentationKind.allCases), probability: 0.9)
        let images = Random(seed: 2).normal([4, 3, 8, 8], deviation: 0.5)
        func logits(_ images: Tensor) -> Tensor {
            discriminator(pipe(images, Random(seed: 3)), labels: [], .training(Random(seed: 4)))
        }
        func penalty() -> Tensor {
            let real = images.requiringGradient()
            return r1Penalty(logits: logits(real), images: real)
        }
        let leaf = images.requiringGradient()
        let slope = try #require(gradients(of: logits(leaf).sum(), at: [leaf])[0])
        #expect(abs(penalty().item - slope.squared().sum().item / 4) < 1e-4 * penalty().item)
        // Small steps, because the gradient jumps where a leaky ReLU bends.
        let direction = Self.unit(slope)
        let ends = [Float(3e-3), -3e-3].map { logits(images + direction * $0).sum().item }
        #expect(abs((ends[0] - ends[1]) / 6e-3 - (slope * direction).sum().item) < 2e-3)

        let parameter = try #require(discriminator.parameters.first { $0.name == "b8.conv0.weight" }).parameter
        let second = try #require(gradients(of: penalty(), at: [parameter.value])[0])
        let (value, way) = (parameter.value.detached, Self.unit(second))
        let penalties = [Float(3e-3), -3e-3].map { step in
            parameter.assign(value + way * step)
            return penalty().item
        }
        #expect(abs((penalties[0] - penalties[1]) / 6e-3 - (second * way).sum().item) < 1e-3)
    }

    /// A direction of length 1.
    private static func unit(_ x: Tensor) -> Tensor { x.detached.scaled(by: Float(1 / x.norm)) }

    @Test(arguments: [false, true]) func resumingContinuesBitForBit(classes: Bool) throws {
        let configuration = Self.small(classes: classes)
        let (whole, first, second) = (
            Self.task(configuration), Self.task(configuration), Self.task(configuration)
        )
        var start = whole.checkpoint()
        start.numbers["augmentation.probability"] = 0.4
        for task in [whole, first] { try task.restore(start) }
        for number in 1...7 { _ = try whole.step(number, measuring: false) }
        for number in 1...3 { _ = try first.step(number, measuring: true) }
        try second.restore(first.checkpoint())
        for number in 4...7 { _ = try second.step(number, measuring: false) }
        let (a, b) = (whole.checkpoint(), second.checkpoint())
        #expect(a.tensors.mapValues(\.values) == b.tensors.mapValues(\.values))
        #expect(a.numbers == b.numbers)
        #expect(a.numbers["augmentation.probability"] != 0.4)
        #expect((a.numbers["pathLength.mean"] ?? 0) > 0)
    }

    @Test func theGeneratorLearnsTheBrightness() throws {
        var configuration = Self.small(classes: false)
        configuration.adaptation.target = 0
        configuration.training.averageDecay = 0.98
        configuration.training.r1Gamma = 1
        let task = AdversarialTask(
            configuration,
            batch: {
                let noise = Random(seed: 43, stream: UInt64($0)).normal([4, 3, 8, 8], deviation: 0.1)
                return Batch(images: noise + 0.8, labels: [0, 0, 0, 0])
            }, name: "bright")
        func brightness() throws -> Float { try #require(try task.preview()).images.mean().item }
        let start = try brightness()
        for number in 1...120 { _ = try task.step(number, measuring: false) }
        let end = try brightness()
        #expect(abs(start - 0.8) > 0.4 && abs(end - 0.8) < 0.6 * abs(start - 0.8), "from \(start) to \(end)")
    }

    @Test func everyPhaseIsReported() throws {
        let task = Self.task(Self.small(classes: false))
        _ = try task.step(1, measuring: false)
        let report = try task.step(2, measuring: true)
        #expect(report.losses.map(\.name) == ["discriminator", "generator"])
        #expect(report.images == 4)
        #expect(Set(report.extra.map(\.name)) == ["path-length", "augmentation", "r1"])
        #expect(report.realAccuracy != nil)
    }

    @Test func wideImagesAreTrainedWithoutTheirBorder() throws {
        var configuration = StyleGANConfiguration(
            image: ImageShape(size: 32, channels: 1, contentWidth: 32, contentHeight: 16), classNames: [])
        #expect((configuration.startHeight, configuration.startWidth) == (4, 8))
        (configuration.latentSize, configuration.styleSize) = (4, 4)
        (configuration.generatorWidth, configuration.discriminatorWidth) = (4, 4)
        configuration.training.batchSize = 2
        try configuration.check()
        let task = AdversarialTask(
            configuration,
            batch: { Batch(images: Random(seed: UInt64($0)).normal([2, 1, 32, 32]), labels: [0, 0]) }, name: "wide")
        _ = try task.step(1, measuring: false)
        #expect(try task.preview()?.images.shape == [64, 1, 16, 32])
    }

    /// The grid of the smallest features has the aspect of the images, where that is possible.
    @Test(arguments: [
        (64, 64, 64, 4, 4), (28, 28, 32, 4, 4), (64, 48, 64, 16, 12), (32, 64, 64, 4, 8), (64, 63, 64, 4, 4),
        (96, 64, 96, 12, 8),
    ])
    func gridsFollowTheAspect(height: Int, width: Int, size: Int, startHeight: Int, startWidth: Int) {
        let image = ImageShape(size: size, channels: 3, contentWidth: width, contentHeight: height)
        let configuration = StyleGANConfiguration(image: image, classNames: [])
        #expect((configuration.startHeight, configuration.startWidth) == (startHeight, startWidth))
    }

    @Test func thePenaltyFollowsTheBatch() {
        var configuration = StyleGANConfiguration(image: ImageShape(size: 64, channels: 3), classNames: [])
        let usual = configuration.training
        configuration.training.batchSize *= 2
        configuration.follow(usual)
        #expect(abs(configuration.training.r1Gamma - usual.r1Gamma / 2) < 1e-9)
        configuration.training.r1Gamma = 3
        configuration.follow(usual)
        #expect(configuration.training.r1Gamma == 3)
    }

    /// k steps of the loss and one of the penalty count as k steps.
    @Test func ratesMakeUpForThePenalties() {
        let configuration = StyleGANConfiguration(image: ImageShape(size: 8, channels: 1), classNames: [])
        let module = FullyConnected(1, 1, random: Random(seed: 1))
        for (role, interval) in [(AdversarialRole.generator, 4.0), (.discriminator, 16)] {
            let optimizer = configuration.makeOptimizer(of: module, role)
            optimizer.learningRate = 0.0025
            let before = module.parameters[0].parameter.value.values[0]
            optimizer.update([Tensor([1], shape: [1, 1]), nil])
            // Adam's first step is as long as its rate.
            let moved = before - module.parameters[0].parameter.value.values[0]
            #expect(abs(Double(moved) - 0.0025 * interval / (interval + 1)) < 1e-6)
        }
    }

    @Test func settingsOfOtherGamesAreRefused() throws {
        func refusal(_ change: (inout StyleGANConfiguration) -> Void) -> String? {
            var configuration = Self.small(classes: false)
            change(&configuration)
            do throws(ParameterError) { try configuration.check() } catch { return error.description }
            return nil
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.training.discriminatorSteps = 2 }?.hasPrefix("training.discriminatorSteps") == true)
        #expect(refusal { $0.training.loss = .relativisticAverage }?.hasPrefix("training.loss") == true)
        #expect(refusal { $0.spectralNorm = true } != nil)
        #expect(refusal { $0.training.seamless = .xy } == nil)
        #expect(refusal { $0.adaptation.images = 0 }?.hasPrefix("adaptation.images") == true)
        let data = try JSONEncoder().encode(Self.small(classes: true))
        #expect(try JSONDecoder().decode(StyleGANConfiguration.self, from: data) == Self.small(classes: true))
    }

    @Test func truncatedImagesAreNearTheAverage() {
        var sizes = StyleGANParameters()
        sizes.image = ImageShape(size: 8, channels: 1)
        (sizes.latentSize, sizes.styleSize, sizes.channelBase) = (8, 8, 64)
        let network = StyleGenerator(sizes, random: Random(seed: 3))
        let seeds: [UInt64] = [0, 1, 2, 3]
        func spread(_ truncation: Double?) -> Float {
            let generator = Generator(network, image: sizes.image, truncation: truncation)
            return generator.images(latents: generator.latents(forSeeds: seeds), labels: nil)
                .variance(axes: [0]).mean().item
        }
        #expect(spread(0) < 1e-9)
        #expect(spread(0.5) < spread(1))
        #expect(spread(nil) == spread(1))
    }
}
