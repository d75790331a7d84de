import Layers
import Models
import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// Judging in the features of a finished network: what is seen, what is learned, and what stays as it is.
@Suite struct ProjectedDiscriminatorTests {
    private let network = Pools(random: Random(seed: 1))

    private func judge() -> ProjectedDiscriminator {
        let random = Random(seed: 2)
        return ProjectedDiscriminator(
            PatchDiscriminator(inputs: 3, halvings: 1, width: 4, random: random), network: network, inputs: 2,
            classes: 1,
            image: ImageShape(size: 16, channels: 1), width: 4, random: random)
    }

    private func pair(_ condition: UInt64, _ image: UInt64) -> Tensor {
        Tensor.concatenated(
            [
                Random(seed: condition).normal([2, 2, 16, 16]).tanh(),
                Random(seed: image).normal([2, 1, 16, 16]).tanh(),
            ], axis: 1)
    }

    @Test func aHeadForEachViewFollowsThePatches() throws {
        let judge = judge()
        let judged = judge.activations(pair(3, 4), .inference)
        #expect(judged.count == 3)
        // Images are resized to 128×128 pixels; heads halve views until fewer than 8 cells are left.
        #expect(
            judged.dropFirst().map { $0.map(\.shape) } == [
                [
                    [2, 64, 64, 64], [2, 4, 32, 32], [2, 8, 16, 16], [2, 16, 8, 8], [2, 16, 4, 4], [2, 16, 4, 4],
                    [2, 1, 4, 4],
                ],
                [[2, 64, 32, 32], [2, 4, 16, 16], [2, 8, 8, 8], [2, 16, 4, 4], [2, 16, 4, 4], [2, 1, 4, 4]],
            ])
        // What feature matching compares first are the views of the image.
        let views = judge.projection(pair(3, 4).slice(axis: 1, from: 2, count: 1), .inference)
        for (found, expected) in zip(judged.dropFirst(), views) { #expect(found[0].values == expected.values) }
    }

    @Test func headsSeeImageAndClassAndNoDrawing() {
        let judge = judge()
        func logits(_ pair: Tensor) -> [[Float]] {
            DiscriminatorOutput(judge.activations(pair, .inference)).logits.dropFirst().map(\.values)
        }
        let pair = pair(3, 4)
        let (drawing, plane) = (pair.slice(axis: 1, from: 0, count: 1), pair.slice(axis: 1, from: 1, count: 1))
        let image = pair.slice(axis: 1, from: 2, count: 1)
        func changed(_ parts: [Tensor]) -> [Bool] {
            zip(logits(pair), logits(.concatenated(parts, axis: 1))).map { $0 != $1 }
        }
        #expect(changed([drawing, plane, image.scaled(by: 0.5)]) == [true, true])
        #expect(changed([drawing, plane.scaled(by: 0.5), image]) == [true, true])
        #expect(changed([drawing.scaled(by: 0.5), plane, image]) == [false, false])
    }

    @Test func theNetworkIsNoPartOfWhatIsLearnt() throws {
        let judge = judge()
        #expect(judge.parameters.allSatisfy { $0.name.hasPrefix("patches.") || $0.name.hasPrefix("heads.") })
        // The random convolutions are saved, but not learned: two for each of two views.
        #expect(judge.state().keys.filter { $0.hasPrefix("projection.") }.count == 4)
        #expect(judge.state().keys.allSatisfy { !$0.contains("convolution.") })
        let before = network.state().mapValues(\.values)
        let player = Player(
            "discriminator", judge, optimizer: Adam(judge.parameters), rate: Player.LearningRate(1e-2))
        let adversary = TranslationLosses().adversary(judge)
        let loop = PhaseLoop(
            [
                TrainingPhase("discriminator", [player]) { context in
                    adversary.discriminatorLoss(real: pair(3, 4), fake: pair(3, 5), context).loss
                }
            ], seed: 0)
        let losses = try (1...40).map { try loop.step($0, measuring: false).losses[0].value }
        #expect(losses[39] < 0.75 * losses[0])
        #expect(network.state().mapValues(\.values) == before)
    }

    @Test func gradientsReachTheImage() throws {
        let image = pair(3, 4).requiringGradient()
        let judged = judge().activations(image, .inference).dropFirst()
        for logits in DiscriminatorOutput(Array(judged)).logits {
            let gradient = try #require(gradients(of: logits.mean(), at: [image])[0])
            #expect(gradient.slice(axis: 1, from: 2, count: 1).norm > 0)
        }
    }
}

/// Sees means of 2×2 pixels, and three channels of means of 4×4.
private final class Pools: PerceptualNetwork {
    let convolution: Conv2d

    init(random: Random) { convolution = Conv2d(1, 3, kernel: 1, random: random) }

    func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        let halved = images.averagePooled(window: 2)
        return [(halved, 1), (convolution(halved.averagePooled(window: 2), mode), 1)]
    }
}
