import Foundation
import Layers
import Models
import TensorCore
import Testing
import Training
import VanillaGAN

/// The unconditional pairs: shapes, independence of labels, configuration.
@Suite struct VanillaGANTests {
    private func small(_ size: Int, _ channels: Int, _ network: VanillaGANConfiguration.Network)
        -> VanillaGANConfiguration
    {
        var configuration = VanillaGANConfiguration(
            image: ImageShape(size: size, channels: channels), network: network)
        configuration.latentSize = 5
        configuration.generatorWidth = 2
        configuration.discriminatorWidth = 2
        return configuration
    }

    @Test(arguments: VanillaGANConfiguration.Network.allCases, [16, 32, 64, 128, 256])
    func everySizeMakesAndJudgesItsImages(network: VanillaGANConfiguration.Network, size: Int) {
        for channels in [1, 3] {
            let configuration = small(size, channels, network)
            let random = Random(seed: 1)
            let generator = configuration.makeGenerator(random: random)
            let discriminator = configuration.makeDiscriminator(random: random)
            #expect(generator.latentSize == 5)
            let images = generator(random.normal([3, 5]), labels: [], .training(random))
            #expect(images.shape == [3, channels, size, size])
            #expect(images.values.allSatisfy { abs($0) <= 1 })
            #expect(images.variance(axes: [0, 1, 2, 3]).item > 0)
            let logits = discriminator(images, labels: [], .training(random))
            #expect(logits.shape == [3] && logits.isFinite)
        }
    }

    @Test(arguments: VanillaGANConfiguration.Network.allCases)
    func labelsChangeNothing(network: VanillaGANConfiguration.Network) {
        let configuration = small(16, 1, network)
        let random = Random(seed: 2)
        let generator = configuration.makeGenerator(random: random)
        let discriminator = configuration.makeDiscriminator(random: random)
        let latents = random.normal([2, 5])
        let images = generator(latents, labels: [], .inference)
        #expect(generator(latents, labels: [1, 7], .inference).values == images.values)
        #expect(
            discriminator(images, labels: [3, 4], .inference).values
                == discriminator(images, labels: [], .inference).values)
    }

    /// A maxout unit is the largest of five linear functions: with weights 0 it is its largest bias.
    @Test func thePerceptronsHiddenUnitsAreMaxout() throws {
        let discriminator = small(16, 1, .perceptron).makeDiscriminator(random: Random(seed: 3))
        var state = discriminator.state().mapValues { Tensor.zeros($0.shape) }
        state["hidden1.bias"] = Tensor([0, 3, -1, 2, 1, -9, -8, -7, -6, -5], shape: [10])
        // The second layer's units pass on the first layer's first and second.
        state["hidden2.weight"] = Tensor(shape: [10, 2]) { buffer in
            for row in 0..<10 {
                buffer[2 * row] = row < 5 ? 1 : 0
                buffer[2 * row + 1] = row < 5 ? 0 : 1
            }
        }
        state["output.weight"] = Tensor([1, 10], shape: [1, 2])
        try discriminator.load(state)
        let logit = discriminator(.ones([1, 1, 16, 16]), labels: [], .inference)
        #expect(logit.values == [3 + 10 * -5])
    }

    @Test func dropoutIsForTrainingOnly() {
        let discriminator = small(16, 1, .perceptron).makeDiscriminator(random: Random(seed: 3))
        let images = Random(seed: 4).normal([4, 1, 16, 16])
        let judged = discriminator(images, labels: [], .inference).values
        #expect(discriminator(images, labels: [], .inference).values == judged)
        let random = Random(seed: 5)
        let first = discriminator(images, labels: [], .training(random)).values
        #expect(discriminator(images, labels: [], .training(random)).values != first)
        #expect(discriminator(images, labels: [], .training(Random(seed: 5))).values == first)
    }

    @Test func theSameSeedGivesTheSameNetwork() {
        for network in VanillaGANConfiguration.Network.allCases {
            let configuration = small(16, 1, network)
            let states = [1, 1, 2].map {
                configuration.makeGenerator(random: Random(seed: $0)).state().mapValues(\.values)
            }
            #expect(states[0] == states[1])
            #expect(states[0] != states[2])
        }
    }

    @Test func defaultsFollowTheImageSize() {
        func defaults(_ size: Int, _ network: VanillaGANConfiguration.Network = .convolutional)
            -> VanillaGANConfiguration
        {
            VanillaGANConfiguration(image: ImageShape(size: size, channels: 3), network: network)
        }
        #expect(defaults(64).generatorWidth == 64 && defaults(64).discriminatorWidth == 64)
        #expect(defaults(256).generatorWidth < defaults(64).generatorWidth)
        #expect(defaults(256).training.batchSize < defaults(64).training.batchSize)
        #expect(defaults(32, .perceptron).generatorWidth == 1200 && defaults(32, .perceptron).discriminatorWidth == 240)
        #expect(defaults(32, .perceptron).training.batchSize == 100)
        #expect(defaults(32).classNames.isEmpty)
        #expect(VanillaGANConfiguration.kind == "gan")
    }

    @Test func configurationsSurviveJSON() throws {
        var configuration = small(32, 3, .perceptron)
        configuration.spectralNorm = true
        configuration.training.loss = .hinge
        configuration.training.schedule = .warmUp(steps: 3, then: .linearDecay(start: 4, end: 9))
        configuration.training.augmentation = [.color, .cutout]
        configuration.training.seed = .max
        let copy = try JSONDecoder().decode(VanillaGANConfiguration.self, from: JSONEncoder().encode(configuration))
        #expect(copy == configuration)
    }
}
