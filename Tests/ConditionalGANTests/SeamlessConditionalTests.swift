import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import ConditionalGAN

/// A generator on a torus does the same everywhere: an image whose 4×4 start is rolled is rolled.
@Suite struct SeamlessConditionalTests {
    private static func check(
        _ one: any LatentGenerator, _ other: any LatentGenerator, weights: [String: Tensor], size: Int
    ) throws {
        unsettle(one)
        try other.load(one.state().merging(weights) { $1 })
        let latents = Random(seed: 4).normal([2, 6])
        let mode = ForwardMode.inference.wrapping(.xy)
        let expected = one(latents, labels: [1, 0], mode).rolled(down: size / 4, right: size / 2)
        #expect(other(latents, labels: [1, 0], mode).distance(from: expected) < 1e-5)
        let planned = other.planned().images(latents, labels: [1, 0], wrapping: .xy)
        #expect(planned.distance(from: expected) < 1e-5)
        #expect(other(latents, labels: [1, 0], .inference).distance(from: expected) > 1e-3)
    }

    @Test(arguments: [16, 32]) func rollingTheStartOfProjection(_ size: Int) throws {
        func generator() -> ProjectionGenerator {
            ProjectionGenerator(latentSize: 6, classes: 2, size: size, channels: 3, width: 4, random: Random(seed: 2))
        }
        let one = generator()
        unsettle(one)
        func rolled(_ x: Tensor) -> Tensor {
            let columns = x.count / x.shape[0]
            return x.reshaped(to: [x.shape[0] / 16, 4, 4, columns]).permuted([0, 3, 1, 2])
                .rolled(down: 1, right: 2).permuted([0, 2, 3, 1]).reshaped(to: x.shape)
        }
        let start = ["project.weight", "project.bias"]
        let weights = one.state().filter { start.contains($0.key) }.mapValues(rolled)
        #expect(weights.count == 2)
        try Self.check(one, generator(), weights: weights, size: size)
    }

    @Test func rollingTheStartOfConcatenation() throws {
        func generator() -> ConcatenationGenerator {
            ConcatenationGenerator(
                latentSize: 6, classes: 2, embeddingSize: 3, size: 16, channels: 3, width: 4, random: Random(seed: 2))
        }
        let one = generator()
        unsettle(one)
        let start = try #require(one.state()["network.main.0.weight"])
        let weights = ["network.main.0.weight": start.rolled(down: 1, right: 2)]
        try Self.check(one, generator(), weights: weights, size: 16)
    }
}
