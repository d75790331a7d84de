import ImageData
import Layers
import Models
import Synchronization
import TensorCore
import Testing
import Training

/// Real images with classes that are not theirs, as the discriminator sees them (Reed et al. 2016).
@Suite struct MismatchedClassesTests {
    private static let labels = [0, 1, 2, 0, 1, 2]

    /// The discriminator's loss of a step, and what the discriminator was shown.
    private func step(classes: Int, matches: Bool?) throws -> (loss: Float, seen: [LabelWitness.View]) {
        let random = Random(seed: 3)
        let (generator, discriminator) = (ToyGenerator(random: random), LabelWitness(random: random))
        func player(_ name: String, _ network: any Module) -> Player {
            Player(name, network, optimizer: SGD(network.parameters), rate: Player.LearningRate(0))
        }
        var settings = AdversarialSettings()
        (settings.loss, settings.matchesClasses) = (.hinge, matches)
        let labels = Self.labels.map { min($0, max(classes - 1, 0)) }
        let images = ToyConfiguration().batch(0).images
        let game = LatentGame(
            settings, classes: classes,
            AdversarialPair(
                generator: generator, discriminator: discriminator,
                players: (player("generator", generator), player("discriminator", discriminator))),
            batch: { _ in Batch(images: images, labels: labels) })
        let record = try PhaseLoop(game.phases, seed: 1).record(step: 1, measuring: false)
        return (record.losses("discriminator")[0], discriminator.seen.withLock { $0 })
    }

    @Test func theLossIsHalfForWrongClasses() throws {
        let (loss, seen) = try step(classes: 3, matches: true)
        // Real, mismatched, generated, and generated for the generator.
        try #require(seen.count == 4)
        #expect(seen[0].labels == Self.labels && seen[2].labels == Self.labels && seen[3].labels == Self.labels)
        #expect(seen[1].images == seen[0].images)
        #expect(zip(seen[1].labels, Self.labels).allSatisfy { $0 != $1 && (0..<3).contains($0) })
        func hinge(_ logits: [Float], _ sign: Float) -> Float {
            logits.reduce(0) { $0 + max(0, 1 + sign * $1) } / Float(logits.count)
        }
        let expected =
            hinge(seen[0].logits, -1) + 0.5 * hinge(seen[1].logits, 1) + 0.5 * hinge(seen[2].logits, 1)
        #expect(abs(loss - expected) < 1e-5)
        #expect(seen[1].logits != seen[0].logits)
    }

    @Test(arguments: [nil, false] as [Bool?])
    func itIsAskedFor(matches: Bool?) throws {
        #expect(try step(classes: 3, matches: matches).seen.count == 3)
    }

    @Test func oneClassCannotBeWrong() throws {
        #expect(try step(classes: 1, matches: true).seen.count == 3)
        #expect(try step(classes: 0, matches: true).seen.count == 3)
    }
}

/// A discriminator that adds a number of the class and notes what it is shown.
private final class LabelWitness: ImageDiscriminator {
    struct View {
        let images: [Float]
        let labels: [Int]
        let logits: [Float]
    }

    let images: ToyDiscriminator
    let classes: Embedding
    let seen = Mutex<[View]>([])

    init(random: Random) {
        images = ToyDiscriminator(random: random)
        classes = Embedding(3, 1, random: random)
    }

    func callAsFunction(_ x: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        var logits = images(x, labels: labels, mode)
        if !labels.isEmpty { logits = logits + classes(labels, mode).reshaped(to: logits.shape) }
        seen.withLock { $0.append(View(images: x.values, labels: labels, logits: logits.values)) }
        return logits
    }
}
