import Layers
import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// The training step: what it moves, what it leaves alone, and that it learns.
@Suite struct Pix2PixStepTests {
    private let input = Random(seed: 1).normal([1, 2, 16, 16])

    private func makeStep(_ optimizer: (any Module) -> any Optimizer) -> (Pix2PixStep, any Layer, any Layer) {
        let random = Random(seed: 2)
        let generator = UNetGenerator(
            inputs: 2, outputs: 1, levels: 3, width: 8, normalization: .instance, dropout: false,
            random: random)
        let discriminator = PatchDiscriminator(inputs: 3, halvings: 1, width: 4, random: random)
        let step = Pix2PixStep(
            generator: generator, discriminator: discriminator,
            generatorOptimizer: optimizer(generator), discriminatorOptimizer: optimizer(discriminator))
        return (step, generator, discriminator)
    }

    @Test func aPairIsLearntByHeart() {
        let (step, _, _) = makeStep { Adam($0.parameters, learningRate: 2e-3, beta1: 0.5) }
        let target = input.slice(axis: 1, from: 0, count: 1).tanh()
        var distances: [Float] = []
        for number in UInt64(0)..<60 {
            distances.append(step(from: input, to: target, random: Random(seed: 3, stream: number)).distance)
        }
        #expect(distances[59] < 0.35 * distances[0])
    }

    /// The step as PyTorch users write it, with everything computed afresh in each phase.
    @Test(arguments: [0, 5] as [Float], [[], [.color, .translation]] as [[DifferentiableAugmentation]])
    func agreesWithTheStepWrittenOutPlainly(
        weight: Float, augmentation: [DifferentiableAugmentation]
    ) throws {
        let target = Random(seed: 4).normal([1, 1, 16, 16]).tanh()
        var (step, generator, discriminator) = makeStep { SGD($0.parameters, learningRate: 1e-2) }
        step.augmentation = augmentation
        if weight > 0 {
            step.perceptual = Blur()
            step.losses.perceptualWeight = weight
            step.losses.checkerboardWeight = 2 * weight
        }
        let (_, twin, judge) = makeStep { SGD($0.parameters, learningRate: 1e-2) }
        let outcome = step(from: input, to: target, random: Random(seed: 5))

        let mode = ForwardMode.training(Random(seed: 5))
        let judging = SGD(judge.parameters, learningRate: 1e-2)
        let making = SGD(twin.parameters, learningRate: 1e-2)
        let changed = PairAugmentation(augmentation, inputChannels: 2, random: Random(seed: 5))
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
            #expect(abs(outcome.perceptual - blurred.item) < 1e-5)
            loss = loss + blurred.scaled(by: weight)
            loss = loss + checkerboardLoss(translated, target).scaled(by: 2 * weight)
        }
        making.update(gradients(of: loss, at: making.values))

        for (mine, plain) in [(generator, twin), (discriminator, judge)] {
            for (name, tensor) in plain.state() {
                let found = try #require(mine.state()[name])
                #expect((found - tensor).norm <= 1e-5 * tensor.norm, "\(name)")
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
