import Features
import Layers
import TensorCore
import TestSupport
import Testing

/// EfficientNet-Lite0 against PyTorch, with drawn weights.
@Suite struct EfficientNetTests {
    private func answer(_ name: String) throws -> KnownAnswer {
        try #require(try KnownAnswer.cases(of: "features").first { $0.name == name })
    }

    @Test func vectorsAndTheirGradientsAgreeWithPyTorch() throws {
        let network = EfficientNet(random: Random(seed: 0))
        let difference = try answer("vector").difference(from: network) { network.features($0, $1) }
        #expect(difference == nil)
    }

    @Test func everyLevelAgreesWithPyTorch() throws {
        let network = EfficientNet(random: Random(seed: 0))
        let difference = try answer("levels").difference(from: network) { images, mode in
            .concatenated(network.activations(images, mode).map { $0.mean(axes: [2, 3]) }, axis: 1)
        }
        #expect(difference == nil)
    }

    @Test func levelsHaveTheShapesThatAreTold() {
        let network = EfficientNet(random: Random(seed: 0))
        let found = network.activations(Random(seed: 1).normal([2, 1, 64, 32]), .inference)
        let told = EfficientNet.levels.map { Shape([2, $0.channels, 64 >> $0.halvings, 32 >> $0.halvings]) }
        #expect(found.map(\.shape) == told)
    }

    @Test func imagesOfAnySizeHaveVectors() throws {
        let network = EfficientNet(random: Random(seed: 0))
        let features = ImageFeatures(network)
        for shape: Shape in [[1, 3, 32, 48], [2, 1, 300, 200]] {
            let vectors = features(Random(seed: 2).normal(shape).clamped(to: -1...1))
            #expect(vectors.shape == [shape[0], features.width] && !vectors.isRecorded)
        }
        // Images of the network's own size are not resampled, and a plan gives what the layers give.
        let images = Random(seed: 3).normal([1, 3, 224, 224]).clamped(to: -1...1)
        let (planned, plain) = (features(images).values, network.features(images, .inference).values)
        #expect(zip(planned, plain).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) })
    }
}
