import Layers
import SuperResolution
import TensorCore
import Testing

/// The training step: that it learns, and which networks it moves.
@Suite struct SRGANStepTests {
    @Test func aPictureIsLearntByHeart() {
        let random = Random(seed: 1)
        let generator = SRResNet(scale: 2, channels: 1, blocks: 1, features: 6, random: random)
        let discriminator = SRGANDiscriminator(size: 16, channels: 1, width: 2, hidden: 4, random: random)
        let step = SRGANStep(
            generator: generator, discriminator: discriminator,
            generatorOptimizer: Adam(generator, learningRate: 3e-3),
            discriminatorOptimizer: Adam(discriminator, learningRate: 1e-3))
        let small = random.uniform([2, 1, 8, 8])
        let large = small.resized(height: 16, width: 16, .bicubic)
        let before = discriminator.parameters.map(\.parameter.value.values)
        let losses = (0..<60).map { step(from: small, to: large, random: Random(seed: 2, stream: $0)) }
        #expect(losses[59].distance < 0.35 * losses[0].distance)
        #expect(losses[59].discriminator < losses[0].discriminator)
        for (entry, values) in zip(discriminator.parameters, before) {
            #expect(entry.parameter.value.values != values, "\(entry.name)")
        }
    }
}
