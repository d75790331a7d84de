import CPUBackend
import ImageData
import Layers
import Models
import TensorCore
import TestSupport
import Testing
import Training

@testable import R3GAN

/// Makes the images of given latent vectors, whatever it is asked for.
private final class Fixed: LatentGenerator {
    let network: R3GANGenerator
    let latents: Tensor
    let latentSize: Int

    init(_ network: R3GANGenerator, _ latents: Tensor) {
        self.network = network
        self.latents = latents
        latentSize = network.latentSize
    }

    func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        network(self.latents, classes: classes, mode)
    }
}

/// The networks of R3GAN, compared with PyTorch's.
@Suite struct R3GANNetworkTests {
    private static func parts(_ answer: KnownAnswer) throws -> (R3GANGenerator, R3GANDiscriminator) {
        let classes = answer.has(attribute: "classes") ? try answer.integer("classes") : 0
        let (size, channels) = (try answer.integer("size"), try answer.integer("channels"))
        let (latent, width) = (try answer.integer("latent"), try answer.integer("width"))
        let random = Random(seed: 3)
        return (
            R3GANGenerator(
                latentSize: latent, classes: classes, size: size, channels: channels, width: width, random: random),
            R3GANDiscriminator(
                classes: classes, embeddingSize: latent, size: size, channels: channels, width: width, random: random)
        )
    }

    private static let passes = [
        "small.generator", "small.discriminator", "classes.generator", "classes.discriminator",
    ]

    private static func fill(_ network: some Module) throws {
        let state = network.state()
        try network.load(Dictionary(uniqueKeysWithValues: state.map { ($0, DrawnWeights.tensor($0, $1.shape)) }))
    }

    /// How far the parameters have moved.
    private static func check(
        _ network: some Module, _ name: String, _ before: [String: Tensor], _ answer: KnownAnswer
    ) throws {
        let after = network.state()
        for (key, start) in before where answer.has("moved.\(name).\(key)") {
            let expected = try answer.loaded("moved.\(name).\(key)")
            let moved = try #require(after[key]) - start
            #expect((moved - expected).norm <= 1e-3 * expected.norm + 1e-6, "\(name).\(key)")
        }
    }

    private static func answer(_ name: String) throws -> KnownAnswer {
        try #require(KnownAnswer.cases(of: "r3gan").first { $0.name == name })
    }

    @Test(arguments: passes)
    func agreesWithPyTorch(_ name: String) throws {
        let answer = try Self.answer(name)
        let (generator, discriminator) = try Self.parts(answer)
        let labels = try answer.integers("labels")
        let difference =
            answer.operation == "generator"
            ? try answer.difference(from: generator) { generator($0, labels: labels, $1) }
            : try answer.difference(from: discriminator) { discriminator($0, labels: labels, $1) }
        #expect(difference == nil)
    }

    @Test func aStepIsThePapersAlgorithm() throws {
        let answer = try Self.answer("step")
        let (generator, discriminator) = try Self.parts(answer)
        try Self.fill(generator)
        try Self.fill(discriminator)
        let before = (generator.state(), discriminator.state())
        let rate = Player.LearningRate(try answer.number("rate"))
        func player(_ name: String, _ network: any Module) -> Player {
            Player(name, network, optimizer: SGD(network.parameters), rate: rate)
        }
        var settings = AdversarialSettings()
        settings.loss = .relativisticPairing
        (settings.r1Gamma, settings.r1Interval) = (try answer.number("gamma"), 1)
        settings.r2Gamma = settings.r1Gamma
        let real = try answer.loaded("real")
        let game = LatentGame(
            settings, classes: 0, looksAgain: true,
            AdversarialPair(
                generator: Fixed(generator, try answer.loaded("latents")), discriminator: discriminator,
                players: (player("generator", generator), player("discriminator", discriminator))),
            batch: { _ in Batch(images: real, labels: []) })
        let record = try PhaseLoop(game.phases, seed: 1).record(step: 1, measuring: false)
        for name in ["discriminator", "generator"] {
            let expected = try answer.loaded("loss." + name).item
            #expect(abs(record.losses(name)[0] - expected) <= 2e-5 * max(expected, 1), "\(name)")
        }
        var figures: [String: Float] = [:]
        for figure in record.report.extra { figures[figure.name] = Float(figure.value) }
        for name in ["r1", "r2"] {
            let expected = try answer.loaded(name).item
            let found = try #require(figures[name])
            #expect(abs(found - expected) <= 1e-4 * expected, "\(name): \(found), \(expected)")
        }
        try Self.check(generator, "generator", before.0, answer)
        try Self.check(discriminator, "discriminator", before.1, answer)
        let moved = answer.tensorNames.filter { $0.hasPrefix("moved.") }
        #expect(moved.count == 12)
    }

    @Test(arguments: [32, 64, 128, 256], [0, 3])
    func everySizeMakesAndJudgesItsImages(size: Int, classes: Int) {
        var configuration = R3GANConfiguration(
            image: ImageShape(size: size, channels: 3), classNames: (0..<classes).map { "\($0)" })
        (configuration.generatorWidth, configuration.discriminatorWidth) = (16, 8)
        let random = Random(seed: 1)
        let labels = classes > 0 ? [0, 2] : []
        let generator = configuration.makeGenerator(random: random)
        let images = generator(random.normal([2, 64]), labels: labels, .training(random))
        #expect(images.shape == [2, 3, size, size] && images.isFinite)
        // Blocks start as nothing but their inputs, so the sizes of values are those of the first layers.
        let deviation = images.variance(axes: [0, 1, 2, 3]).item.squareRoot()
        #expect((0.1...3).contains(deviation), "\(deviation)")
        let discriminator = configuration.makeDiscriminator(random: random)
        let logits = discriminator(images, labels: labels, .training(random))
        #expect(logits.shape == [2] && logits.isFinite)
    }

    @Test func quarterWidthHasTheExpectedSize() {
        let large = R3GANConfiguration(image: ImageShape(size: 256, channels: 3), classNames: [])
        let count = large.makeGenerator(random: Random(seed: 1)).parameterCount
        #expect((1_800_000...2_000_000).contains(count), "\(count)")
        #expect(StageWidths(size: 256, width: 192).widths == [192, 192, 192, 192, 96, 48, 24])
        #expect(StageWidths(size: 64, width: 40).widths == [40, 40, 40, 40, 16])
    }

    @Test(arguments: [0, 3])
    func thePlanMakesTheSameImages(classes: Int) throws {
        let generator = R3GANGenerator(
            latentSize: 6, classes: classes, size: 64, channels: 3, width: 32, random: Random(seed: 5))
        try Self.fill(generator)
        let check = PlanCheck([2, 6]) { latents in
            generator(latents, labels: classes > 0 ? [2, 0] : [], .inference)
        }
        #expect(check.error < 1e-5, "\(check.error)")
    }
}
