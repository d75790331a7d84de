import Foundation
import ImageData
import Layers
import Models
import R3GAN
import TensorCore
import Testing
import Training

/// R3GAN's configuration, and trainings small enough to watch.
@Suite struct R3GANTrainingTests {
    /// Two classes of 32×32 images, dark and bright, both a little noisy.
    private static func batch(_ number: Int) -> Batch {
        let random = Random(seed: 41, stream: UInt64(number))
        let labels = (0..<8).map { $0 % 2 }
        let brightness = Tensor(labels.map { $0 == 0 ? -0.8 : 0.8 }, shape: [8, 1, 1, 1])
        return Batch(images: brightness + random.normal([8, 1, 32, 32], deviation: 0.05), labels: labels)
    }

    private static func small(classes: Bool) -> R3GANConfiguration {
        var configuration = R3GANConfiguration(
            image: ImageShape(size: 32, channels: 1), classNames: classes ? ["dark", "bright"] : [])
        configuration.latentSize = 8
        (configuration.generatorWidth, configuration.discriminatorWidth) = (8, 8)
        configuration.training.batchSize = 8
        configuration.training.generatorLearningRate = 3e-3
        configuration.training.discriminatorLearningRate = 3e-3
        configuration.training.ramps = configuration.training.ramps?.stretched(by: 0.008)
        return configuration
    }

    @Test func classesComeOutAsTheyWentIn() throws {
        let task = AdversarialTask(Self.small(classes: true), batch: Self.batch, name: "shades")
        for number in 1...80 { _ = try task.step(number, measuring: false) }
        let preview = try #require(try task.preview())
        #expect(preview.captions == ["dark", "bright"] && preview.images.shape == [16, 1, 32, 32])
        let ends = preview.images.reshaped(to: [2, 8 * 1024]).mean(axes: [1]).values
        #expect(ends[1] - ends[0] > 0.5, "\(ends)")
    }

    @Test(arguments: [false, true])
    func resumingContinuesBitForBit(classes: Bool) throws {
        func task() -> AdversarialTask<R3GANConfiguration> {
            AdversarialTask(Self.small(classes: classes), batch: Self.batch, name: "shades")
        }
        let (whole, first, second) = (task(), task(), task())
        for number in 1...4 { _ = try whole.step(number, measuring: false) }
        for number in 1...2 { _ = try first.step(number, measuring: true) }
        try second.restore(first.checkpoint())
        for number in 3...4 { _ = try second.step(number, measuring: false) }
        let (a, b) = (whole.checkpoint().tensors, second.checkpoint().tensors)
        #expect(a.mapValues(\.values) == b.mapValues(\.values))
    }

    /// The model that it writes could not be loaded.
    @Test func imagesThatDoNotFillTheSquareCannotRepeat() throws {
        var configuration = Self.small(classes: false)
        configuration.training.seamless = .xy
        try configuration.check()
        configuration.image.contentWidth = 28
        #expect(throws: (any Error).self) { try configuration.check() }
        configuration.training.seamless = .y
        try configuration.check()
    }

    @Test func defaultsFollowThePaper() throws {
        func training(_ size: Int) -> AdversarialSettings {
            R3GANConfiguration(image: ImageShape(size: size, channels: 3), classNames: []).training
        }
        #expect(training(64).r1Gamma == 2 && training(64).r2Gamma == 2 && training(64).r1Interval == 1)
        #expect((120...160).contains(training(256).r1Gamma))
        #expect(training(64).loss == .relativisticPairing)
        let ramps = try #require(training(64).ramps)
        #expect(ramps.beta2 == Ramp(from: 0.9, to: 0.99, steps: 8000))
        #expect(training(256).batchSize < training(64).batchSize)
    }

    @Test func impossibleNetworksAreRefused() {
        func fault(_ change: (inout R3GANConfiguration) -> Void) -> String? {
            var configuration = Self.small(classes: false)
            change(&configuration)
            do { try configuration.check() } catch { return error.description }
            return nil
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.generatorWidth = 20 }?.contains("multiple of 8") == true)
        #expect(fault { $0.discriminatorWidth = 12 }?.contains("discriminatorWidth") == true)
        #expect(fault { $0.spectralNorm = true }?.contains("no normalization") == true)
        #expect(fault { $0.image.size = 16 }?.contains("image.size") == true)
        #expect(fault { $0.training.ramps?.augmentation?.to = 2 }?.contains("augmentation.to") == true)
    }
}
