import Layers
import SuperResolution
import Synchronization
import TensorCore
import Testing

/// The training step: that it learns, and which networks it moves.
@Suite struct SRGANStepTests {
    @Test func aImageIsLearntByHeart() {
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

    /// A generator whose image is printed over with a grid loses it when local means count, and only then.
    @Test(arguments: [0, 5] as [Float]) func gridsAreUnlearnt(weight: Float) {
        let generator = PrintedGrid()
        let discriminator = UNetDiscriminator(channels: 1, width: 2, random: Random(seed: 1))
        var step = SRGANStep(
            generator: generator, discriminator: discriminator,
            generatorOptimizer: SGD(generator.parameters, learningRate: 0.02),
            discriminatorOptimizer: SGD(discriminator.parameters, learningRate: 0))
        (step.gridWeight, step.distanceWeight, step.adversarialWeight) = (weight, 0, 0)
        let small = Random(seed: 2).uniform([1, 1, 8, 8])
        let large = small.upsampledNearest(by: 2)
        for number in UInt64(0)..<40 { _ = step(from: small, to: large, random: Random(seed: 3, stream: number)) }
        let left = generator.strength.value.norm
        #expect(weight > 0 ? left < 0.05 : left == 0.5)
    }

    /// With jitter the same crops are looked at elsewhere in each step, photo and upscaling at the same place.
    @Test func whatIsJudgedMoves() {
        let random = Random(seed: 1)
        let generator = SRResNet(scale: 2, channels: 1, blocks: 1, features: 4, random: random)
        let discriminator = UNetDiscriminator(channels: 1, width: 2, random: random)
        var step = SRGANStep(
            generator: generator, discriminator: discriminator,
            generatorOptimizer: SGD(generator.parameters, learningRate: 0),
            discriminatorOptimizer: SGD(discriminator.parameters, learningRate: 0))
        let witness = Witness()
        step.perceptual = witness
        step.jitter = 8
        let large = random.uniform([1, 1, 16, 16])
        var corners: Set<Int> = []
        for number in UInt64(0)..<8 {
            _ = step(from: large.averagePooled(window: 2), to: large, random: Random(seed: 2, stream: number))
            let photo = witness.seen.withLock { $0[0] }
            #expect(photo.shape == [1, 1, 8, 8])
            let place = large.values.firstIndex(of: photo.values[0]) ?? -1
            #expect(photo.values[9] == large.values[place + 17])
            corners.insert(place)
            witness.seen.withLock { $0 = [] }
        }
        #expect(corners.count > 4)
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
