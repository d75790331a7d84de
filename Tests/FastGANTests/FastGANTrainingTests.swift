import Features
import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

@testable import FastGAN

/// A training small enough for a test, in features with fresh weights.
@Suite struct FastGANTrainingTests {
    private static func batch(_ number: Int) -> Batch {
        let random = Random(seed: 41, stream: UInt64(number))
        let labels = [0, 1, 0, 1]
        let brightness = Tensor(labels.map { $0 == 0 ? -0.8 : 0.8 }, shape: [4, 1, 1, 1])
        return Batch(images: brightness + random.normal([4, 1, 64, 64], deviation: 0.05), labels: labels)
    }

    private static func task(classes: Bool) -> AdversarialTask<FastGANConfiguration> {
        var configuration = FastGANConfiguration(
            image: ImageShape(size: 64, channels: 1), classNames: classes ? ["dark", "bright"] : [])
        configuration.latentSize = 8
        configuration.generatorWidth = 2
        configuration.discriminatorWidth = 4
        configuration.training.batchSize = 4
        let features = EfficientNet(random: Random(seed: 5))
        return AdversarialTask(configuration, batch: batch, features: features, name: "shades")
    }

    @Test(arguments: [false, true])
    func resumingContinuesBitForBit(classes: Bool) throws {
        let (whole, first, second) = (
            Self.task(classes: classes), Self.task(classes: classes), Self.task(classes: classes)
        )
        for number in 1...4 { _ = try whole.step(number, measuring: false) }
        for number in 1...2 { _ = try first.step(number, measuring: true) }
        try second.restore(first.checkpoint())
        for number in 3...4 { _ = try second.step(number, measuring: false) }
        let (a, b) = (whole.checkpoint().tensors, second.checkpoint().tensors)
        #expect(a.mapValues(\.values) == b.mapValues(\.values))
    }

    @Test func theProjectionStaysAndTheHeadsMove() throws {
        let task = Self.task(classes: false)
        let before = task.checkpoint().tensors.mapValues(\.values)
        let report = try task.step(1, measuring: true)
        #expect(report.losses.map(\.name) == ["discriminator", "generator"])
        let after = task.checkpoint().tensors.mapValues(\.values)
        for (name, values) in after where name.hasPrefix("discriminator.projection") { #expect(before[name] == values) }
        let head = "discriminator.heads.0.output.weight"
        #expect(before[head] != nil && before[head] != after[head])
    }

    @Test func defaultsAreThoseOfProjectedGANs() throws {
        let configuration = FastGANConfiguration(image: ImageShape(size: 128, channels: 3), classNames: ["a"])
        #expect(configuration.projectedModel == "imagenet-features" && configuration.training.loss == .hinge)
        #expect(configuration.training.beta1 == 0 && configuration.training.beta2 == 0.99)
        #expect(configuration.training.r1Gamma == 0 && configuration.training.averageDecay > 0)
        #expect(configuration.training.augmentation == [.color, .translation, .cutout])
        #expect(throws: Never.self) { try configuration.check() }
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(FastGANConfiguration.self, from: data) == configuration)
    }

    @Test func impossibleSizesAreRefused() {
        for size in [32, 96, 1024] {
            let configuration = FastGANConfiguration(image: ImageShape(size: size, channels: 3), classNames: [])
            #expect(throws: ParameterError.self) { try configuration.check() }
        }
    }
}
