import ConditionalGAN
import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

/// The conditional family's configuration, and a training small enough to watch.
@Suite struct ConditionalTrainingTests {
    /// Two classes of 16×16 images, dark and bright, both a little noisy.
    private static func batch(_ number: Int) -> Batch {
        let random = Random(seed: 41, stream: UInt64(number))
        let labels = (0..<16).map { $0 % 2 }
        let brightness = Tensor(labels.map { $0 == 0 ? -0.8 : 0.8 }, shape: [16, 1, 1, 1])
        return Batch(images: brightness + random.normal([16, 1, 16, 16], deviation: 0.05), labels: labels)
    }

    private static func small(_ conditioning: ConditionalGANConfiguration.Conditioning) -> ConditionalGANConfiguration {
        var configuration = ConditionalGANConfiguration(
            image: ImageShape(size: 16, channels: 1), classNames: ["dark", "bright"], conditioning: conditioning)
        configuration.latentSize = 8
        configuration.embeddingSize = 4
        configuration.generatorWidth = 4
        configuration.discriminatorWidth = 4
        configuration.training.batchSize = 16
        configuration.training.generatorLearningRate = 5e-3
        configuration.training.discriminatorLearningRate = 5e-3
        configuration.training.averageDecay = 0.9
        return configuration
    }

    @Test(arguments: ConditionalGANConfiguration.Conditioning.allCases)
    func classesComeOutAsTheyWentIn(conditioning: ConditionalGANConfiguration.Conditioning) throws {
        let task = AdversarialTask(Self.small(conditioning), batch: Self.batch, name: "shades")
        func brightness() throws -> [Float] {
            let preview = try #require(try task.preview())
            #expect(preview.captions == ["dark", "bright"] && preview.images.shape == [16, 1, 16, 16])
            return preview.images.reshaped(to: [2, 8 * 256]).mean(axes: [1]).values
        }
        let start = try brightness()
        #expect(abs(start[1] - start[0]) < 0.3)
        for number in 1...200 { _ = try task.step(number, measuring: false) }
        let end = try brightness()
        #expect(end[1] - end[0] > 0.8, "from \(start) to \(end)")
    }

    @Test(arguments: ConditionalGANConfiguration.Conditioning.allCases, [false, true])
    func resumingContinuesBitForBit(
        conditioning: ConditionalGANConfiguration.Conditioning, spectralNorm: Bool
    ) throws {
        var configuration = Self.small(conditioning)
        configuration.spectralNorm = spectralNorm
        (configuration.training.r1Gamma, configuration.training.r1Interval) = (0.1, 2)
        configuration.training.augmentation = [.translation]
        func task() -> AdversarialTask<ConditionalGANConfiguration> {
            AdversarialTask(configuration, batch: Self.batch, name: "shades")
        }
        let (whole, first, second) = (task(), task(), task())
        for number in 1...4 { _ = try whole.step(number, measuring: false) }
        for number in 1...2 { _ = try first.step(number, measuring: true) }
        try second.restore(first.checkpoint())
        for number in 3...4 { _ = try second.step(number, measuring: false) }
        let (a, b) = (whole.checkpoint().tensors, second.checkpoint().tensors)
        #expect(a.mapValues(\.values) == b.mapValues(\.values))
    }

    @Test func theReferenceHasTheClassesInRows() throws {
        let task = AdversarialTask(Self.small(.projection), batch: Self.batch, name: "shades")
        let reference = try #require(try task.preview()?.reference)
        let rows = reference.reshaped(to: [2, 8 * 256]).mean(axes: [1]).values
        #expect(rows[0] < -0.7 && rows[1] > 0.7)
    }

    @Test func defaultsFollowImageSizeAndConditioning() {
        func defaults(_ size: Int, _ conditioning: ConditionalGANConfiguration.Conditioning)
            -> ConditionalGANConfiguration
        {
            ConditionalGANConfiguration(
                image: ImageShape(size: size, channels: 1), classNames: ["a"], conditioning: conditioning)
        }
        for conditioning in ConditionalGANConfiguration.Conditioning.allCases {
            let (small, large) = (defaults(32, conditioning), defaults(256, conditioning))
            #expect(large.generatorWidth < small.generatorWidth)
            #expect(large.training.batchSize < small.training.batchSize)
            #expect(small.training.averageDecay > 0.9)
        }
        // Neither batch nor spectral normalization holds the projection discriminator back, so a penalty has to.
        let projection = defaults(32, .projection)
        #expect(projection.spectralNorm || projection.training.r1Gamma > 0)
        #expect(defaults(32, .concatenation).training.beta1 == 0.5)
        #expect(ConditionalGANConfiguration.kind == "cgan")
    }

    @Test func configurationsSurviveJSON() throws {
        for conditioning in ConditionalGANConfiguration.Conditioning.allCases {
            var configuration = Self.small(conditioning)
            configuration.training.loss = .relativisticAverage
            configuration.training.augmentation = [.translation, .cutout]
            let data = try JSONEncoder().encode(configuration)
            #expect(try JSONDecoder().decode(ConditionalGANConfiguration.self, from: data) == configuration)
        }
    }
}
