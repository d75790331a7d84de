import ImageData
import Layers
import Synchronization
import TensorCore
import Testing
import Training

@testable import SuperResolution

/// The game: that it learns, and which networks it moves.
@Suite struct UpscalingGameTests {
    private func game(
        _ generator: any Layer, _ discriminator: any Layer, small: Tensor, large: Tensor,
        rates: (Double, Double), optimizer: (any Module) -> any Optimizer = { Adam($0.parameters) }
    ) -> UpscalingGame {
        UpscalingGame(
            generator: (
                generator,
                Player("generator", generator, optimizer: optimizer(generator), rate: Player.LearningRate(rates.0))
            ),
            discriminator: (
                discriminator,
                Player(
                    "discriminator", discriminator, optimizer: optimizer(discriminator),
                    rate: Player.LearningRate(rates.1))
            )
        ) { _ in UpscalingBatch(small: small, large: large) }
    }

    @Test func aImageIsLearntByHeart() throws {
        let random = Random(seed: 1)
        let generator = SRResNet(scale: 2, channels: 1, blocks: 1, features: 6, random: random)
        let discriminator = SRGANDiscriminator(size: 16, channels: 1, width: 2, hidden: 4, random: random)
        let small = random.uniform([2, 1, 8, 8])
        let large = small.resized(height: 16, width: 16, .bicubic)
        let before = discriminator.parameters.map(\.parameter.value.values)
        let game = game(generator, discriminator, small: small, large: large, rates: (3e-3, 1e-3))
        let loop = PhaseLoop(game.phases, seed: 2)
        let records = try (1...60).map { try loop.record(step: $0, measuring: false) }
        #expect(records[59].losses("pixel")[0] < 0.35 * records[0].losses("pixel")[0])
        #expect(records[59].losses("discriminator")[0] < records[0].losses("discriminator")[0])
        for (entry, values) in zip(discriminator.parameters, before) {
            #expect(entry.parameter.value.values != values, "\(entry.name)")
        }
    }

    /// A generator whose image is printed over with a grid loses it when local means count, and only then.
    @Test(arguments: [0, 5] as [Float]) func gridsAreUnlearnt(weight: Float) throws {
        let generator = PrintedGrid()
        let discriminator = UNetDiscriminator(channels: 1, width: 2, random: Random(seed: 1))
        let small = Random(seed: 2).uniform([1, 1, 8, 8])
        let game = game(
            generator, discriminator, small: small, large: small.upsampledNearest(by: 2), rates: (0.02, 0)
        ) { SGD($0.parameters) }
        (game.gridWeight, game.distanceWeight, game.adversarialWeight) = (weight, 0, 0)
        let loop = PhaseLoop(game.phases, seed: 3)
        for number in 1...40 { _ = try loop.step(number, measuring: false) }
        let left = generator.strength.value.norm
        #expect(weight > 0 ? left < 0.05 : left == 0.5)
    }

    /// With jitter the same crops are looked at elsewhere in each step, photo and upscaling at the same place.
    @Test func whatIsJudgedMoves() throws {
        let random = Random(seed: 1)
        let generator = SRResNet(scale: 2, channels: 1, blocks: 1, features: 4, random: random)
        let discriminator = UNetDiscriminator(channels: 1, width: 2, random: random)
        let witness = Witness()
        let large = random.uniform([1, 1, 16, 16])
        let game = game(
            generator, discriminator, small: large.averagePooled(window: 2), large: large, rates: (0, 0)
        ) { SGD($0.parameters) }
        game.perceptual = witness
        game.jitter = 8
        let loop = PhaseLoop(game.phases, seed: 2)
        var corners: Set<Int> = []
        for number in 1...8 {
            _ = try loop.step(number, measuring: false)
            let photo = witness.seen.withLock { $0[0] }
            #expect(photo.shape == [1, 1, 8, 8])
            let place = large.values.firstIndex(of: photo.values[0]) ?? -1
            #expect(photo.values[9] == large.values[place + 17])
            corners.insert(place)
            witness.seen.withLock { $0 = [] }
        }
        #expect(corners.count > 4)
    }

    /// The penalties reach both discriminators, and hold their gradients down.
    @Test(arguments: UpscalerDiscriminator.Network.allCases)
    func penaltiesHoldTheDiscriminatorDown(_ network: UpscalerDiscriminator.Network) throws {
        func logits(_ penalties: GradientPenalties) throws -> (figures: [String], spread: Double) {
            let random = Random(seed: 1)
            let generator = SRResNet(scale: 2, channels: 1, blocks: 1, features: 4, random: random)
            var architecture = UpscalerDiscriminator()
            (architecture.network, architecture.width) = (network, 2)
            let discriminator = architecture.makeDiscriminator(size: 16, channels: 1, random: random)
            let large = random.uniform([2, 1, 16, 16])
            let game = game(
                generator, discriminator, small: large.averagePooled(window: 2), large: large, rates: (0, 3e-3))
            game.penalties = penalties
            let loop = PhaseLoop(game.phases, seed: 2)
            var figures: [String] = []
            for number in 1...30 { figures = try loop.step(number, measuring: false).extra.map(\.name) }
            let images = large.requiringGradient()
            let output = DiscriminatorOutput(logits: discriminator(images, .training(random)))
            let gradient = try #require(gradients(of: output.perImage, at: [images])[0])
            return (figures.filter { $0 != "learning-rate" }, gradient.norm)
        }
        var penalties = GradientPenalties()
        let free = try logits(penalties)
        (penalties.r1Gamma, penalties.r2Gamma, penalties.interval) = (100, 100, 2)
        let held = try logits(penalties)
        #expect(free.figures == [] && held.figures == ["r1", "r2"])
        // With batch normalization a logit depends on the whole batch, and its gradient on little else.
        #expect(network == .srgan || held.spread < 0.7 * free.spread)
        penalties = GradientPenalties()
        penalties.wganWeight = 10
        #expect(try logits(penalties).figures == ["gradient-penalty"])
    }
}

/// Remembers what it was shown.
private final class Witness: PerceptualNetwork {
    let seen = Mutex<[Tensor]>([])

    func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        seen.withLock { $0.append(images.detached) }
        return [(images, 1)]
    }
}

/// Pixels repeated, the first of each four brighter.
private final class PrintedGrid: Layer {
    let strength = Parameter(Tensor.full([1, 1, 1, 1], 0.5))

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let grid = Tensor([1, 0, 0, 0], shape: [1, 4, 1, 1]).broadcast(to: [1, 4, x.shape[2], x.shape[3]])
        return x.upsampledNearest(by: 2) + grid.pixelShuffled(by: 2) * strength.value
    }
}
