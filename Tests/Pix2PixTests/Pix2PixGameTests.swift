import ImageData
import Layers
import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// The game: what it moves, what it leaves alone, and that it learns.
@Suite struct Pix2PixGameTests {
    private let input = Random(seed: 1).normal([1, 2, 16, 16])

    private func makePlayers(rate: Double, _ optimizer: (any Module) -> any Optimizer) -> TranslationPlayers {
        let random = Random(seed: 2)
        let generator = UNetGenerator(
            inputs: 2, outputs: 1, levels: 3, width: 8, normalization: .instance, dropout: false,
            random: random)
        return TranslationPlayers(
            generator: generator,
            discriminator: PatchDiscriminator(inputs: 3, halvings: 1, width: 4, random: random),
            rate: Player.LearningRate(rate), optimizer: optimizer)
    }

    private func game(_ players: TranslationPlayers, target: Tensor) -> Pix2PixGame {
        Pix2PixGame(players, losses: TranslationLosses()) { [input] _ in
            PairBatch(inputs: input, targets: target, indices: [0])
        }
    }

    @Test func aPairIsLearntByHeart() throws {
        let players = makePlayers(rate: 2e-3) { Adam($0.parameters, beta1: 0.5) }
        let target = input.slice(axis: 1, from: 0, count: 1).tanh()
        let loop = PhaseLoop(game(players, target: target).phases, seed: 3)
        let distances = try (1...60).map { number in
            try #require(loop.step(number, measuring: false).losses.first { $0.name == "l1" }).value
        }
        #expect(distances[59] < 0.35 * distances[0])
    }

    /// The step as PyTorch users write it, with everything computed afresh in each phase.
    @Test(arguments: [0, 5] as [Float], [[], [.color, .translation]] as [[DifferentiableAugmentation]])
    func agreesWithTheStepWrittenOutPlainly(
        weight: Float, augmentation: [DifferentiableAugmentation]
    ) throws {
        let target = Random(seed: 4).normal([1, 1, 16, 16]).tanh()
        let players = makePlayers(rate: 1e-2) { SGD($0.parameters) }
        let game = game(players, target: target)
        game.augmentation = augmentation
        if weight > 0 {
            game.perceptual = Blur()
            game.losses.perceptualWeight = weight
            game.losses.checkerboardWeight = 2 * weight
        }
        let twins = makePlayers(rate: 1e-2) { SGD($0.parameters) }
        let (twin, judge) = (twins.generator, try #require(twins.discriminator as? PatchDiscriminator))
        let report = try PhaseLoop(game.phases, seed: 5).step(1, measuring: false)

        let mode = ForwardMode.training(Random(seed: 5, stream: 1))
        let judging = SGD(judge.parameters, learningRate: 1e-2)
        let making = SGD(twin.parameters, learningRate: 1e-2)
        let changed = PairAugmentation(augmentation, inputChannels: 2, random: Random(seed: 5, stream: 1))
        func logits(_ image: Tensor) -> Tensor {
            judge(changed(Tensor.concatenated([input, image], axis: 1)), mode)
        }
        let real = binaryCrossEntropy(logits: logits(target), target: 1)
        let fake = binaryCrossEntropy(logits: logits(twin(input, mode).detached), target: 0)
        judging.update(gradients(of: (real + fake).scaled(by: 0.5), at: judging.values))
        let translated = twin(input, mode)
        var loss = binaryCrossEntropy(logits: logits(translated), target: 1) + l1Loss(translated, target) * 100
        // The network sees images from 0 to 1, where differences are half as large.
        let blurred = l1Loss(translated.averagePooled(window: 2), target.averagePooled(window: 2)).scaled(by: 0.5)
        if weight > 0 {
            let noted = try #require(report.extra.first { $0.name == "perceptual" }).value
            #expect(abs(noted - Double(blurred.item)) < 1e-5)
            loss = loss + blurred.scaled(by: weight)
            loss = loss + checkerboardLoss(translated, target).scaled(by: 2 * weight)
        }
        making.update(gradients(of: loss, at: making.values))

        let pairs: [(any Module, any Module)] = [(players.generator, twin), (players.discriminator, judge)]
        for (mine, plain) in pairs {
            for (name, tensor) in plain.state() {
                let found = try #require(mine.state()[name])
                // What a normalization takes out again has gradients of rounding errors only.
                #expect((found - tensor).norm <= 1e-5 * tensor.norm + 1e-7, "\(name)")
            }
        }
    }
}

/// Sees means of four pixels.
private final class Blur: PerceptualNetwork {
    func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        [(images.averagePooled(window: 2), 1)]
    }
}
