import Layers
import TensorCore
import Testing

@Suite struct PhaseTests {
    /// Another network learns through a frozen one: the same output and weights as in training, but none of its own.
    @Test func frozenNetworksPassGradientsOnAndKeepNone() throws {
        let random = Random(seed: 1)
        let network = Sequential([
            Conv2d(2, 3, kernel: 3, random: random), BatchNorm(3), LeakyReLU(), Dropout(0.5),
            ConvTranspose2d(3, 2, kernel: 4, stride: 2, random: random), Flatten(),
            Linear(2 * 10 * 10, 1, random: random),
        ])
        let x = random.normal([3, 2, 6, 6]).requiringGradient()
        let values = network.parameters.map(\.parameter.value)
        let trained = network(x, .training(Random(seed: 2)))
        let frozen = network(x, .frozen(Random(seed: 2)))
        #expect(trained.values == frozen.values)
        #expect(gradients(of: frozen, at: values).allSatisfy { $0 == nil })
        #expect(gradients(of: trained, at: values).allSatisfy { $0 != nil })
        let weights = try #require(gradients(of: frozen.squared(), at: [x])[0])
        #expect(weights.values == gradients(of: trained.squared(), at: [x])[0]?.values)
        #expect(network(x.detached, .frozen(Random(seed: 2))).isRecorded == false)
    }
}
