import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

@testable import SuperResolution

/// The training of a small upscaler in both stages: that it learns, can be stopped, and exports what it shows.
@Suite struct SuperResolutionTaskTests {
    private func configuration(pixel: Int = 60, adversarial: Int = 0) -> SuperResolutionConfiguration {
        var configuration = SuperResolutionConfiguration()
        configuration.generator.network = .compact
        (configuration.generator.depth, configuration.generator.features) = (1, 8)
        (configuration.generator.scale, configuration.generator.inputChannels) = (2, 1)
        configuration.generator.outputChannels = 1
        var settings = UpscalerTrainingSettings()
        settings.frame.cropSize = 16
        settings.frame.channels = 1
        (settings.pixel.steps, settings.pixel.learningRate) = (pixel, 5e-3)
        settings.adversarial.steps = adversarial
        settings.adversarial.discriminator.width = 2
        configuration.training = settings
        return configuration
    }

    @Test func aChangedLearningRateIsThatOfAllNetworks() throws {
        for own in [nil, 3e-4] {
            var configuration = configuration(adversarial: 5)
            configuration.training?.adversarial.discriminatorLearningRate = own
            configuration.apply(.learningRate(1e-3))
            let settings = try #require(configuration.training)
            #expect(settings.pixel.learningRate == 1e-3 && settings.adversarial.learningRate == 1e-3)
            #expect(settings.adversarial.discriminatorLearningRate == own.map { _ in 1e-3 })
        }
    }

    /// Smooth images, which a nearest-neighbor upscaling misses.
    private func crops(_ step: Int) -> UpscalingBatch {
        let small = Random(seed: 9, stream: UInt64(step)).uniform([2, 1, 4, 4])
            .resized(height: 8, width: 8, .bilinear)
        return UpscalingBatch(small: small, large: small.resized(height: 16, width: 16, .bilinear))
    }

    private func task(
        _ configuration: SuperResolutionConfiguration, perceptual: (any PerceptualNetwork)? = nil
    ) -> SuperResolutionTask {
        SuperResolutionTask(
            configuration, batch: { crops($0) },
            held: [1000, 1001].map { crops($0).first },
            measure: { ["psnr": -10 * log10(Double(meanSquaredError($0, $1).item))] }, perceptual: perceptual,
            name: "small")
    }

    @Test(arguments: PixelLoss.allCases) func theFirstStageLearnsAndMeasures(_ loss: PixelLoss) throws {
        var configuration = configuration()
        configuration.training?.pixel.loss = loss
        let task = task(configuration)
        let before = try #require(try task.evaluate()["psnr"])
        for number in 1...60 {
            let report = try task.step(number, measuring: number == 1)
            #expect(report.losses.map(\.name) == ["pixel"] && report.images == 2)
        }
        #expect(try #require(try task.evaluate()["psnr"]) > before + 3)
        let preview = try #require(try task.preview())
        #expect(preview.images.shape == [6, 1, 16, 16] && preview.columns == 3)
    }

    @Test(arguments: [AdversarialLoss.relativisticAverage, .nonSaturating], UpscalerDiscriminator.Network.allCases)
    func theSecondStagePlaysOn(_ loss: AdversarialLoss, _ judge: UpscalerDiscriminator.Network) throws {
        var configuration = configuration(pixel: 2, adversarial: 3)
        configuration.training?.adversarial.loss = loss
        configuration.training?.adversarial.discriminator.network = judge
        configuration.training?.adversarial.perceptualWeight = 0.5
        let task = task(configuration, perceptual: Blur())
        var ended: [String] = []
        task.pixelStageEnded = { task, step in
            let facts = try task.provenanceOfExport(after: step)
            ended.append("\(facts["stage"] ?? "") \(facts["steps"] ?? "")")
        }
        for number in 1...5 {
            let report = try task.step(number, measuring: true)
            let names = number <= 2 ? ["pixel"] : ["discriminator", "generator", "pixel", "perceptual"]
            #expect(report.losses.map(\.name) == names)
            #expect(report.losses.allSatisfy { $0.value.isFinite })
            #expect(report.gradientNorms.allSatisfy { $0.value.isFinite && $0.value > 0 })
            #expect((report.realAccuracy != nil) == (number > 2))
        }
        #expect(ended == ["pixel 2"])
        #expect(try task.provenanceOfExport(after: 5)["stage"] == "adversarial")
    }

    @Test func theSecondStageStartsFromTheAveragedWeights() throws {
        var settings = configuration(pixel: 4, adversarial: 1)
        settings.training?.adversarial.learningRate = 1e-12
        let task = task(settings)
        for number in 1...4 { _ = try task.step(number, measuring: false) }
        let average = task.checkpoint().tensors(under: "average")
        _ = try task.step(5, measuring: false)
        for (name, tensor) in task.generator.state() {
            let expected = try #require(average[name]?.values)
            for (a, b) in zip(tensor.values, expected) { #expect(abs(a - b) < 1e-6, "\(name)") }
        }
    }

    /// Stopped in the first stage, at the border, and in the second.
    @Test(arguments: [2, 3, 4]) func resumesBitForBit(_ stop: Int) throws {
        let settings = configuration(pixel: 3, adversarial: 3)
        let straight = task(settings)
        for number in 1...6 { _ = try straight.step(number, measuring: false) }
        let first = task(settings)
        for number in 1...stop { _ = try first.step(number, measuring: true) }
        let second = task(settings)
        try second.restore(first.checkpoint())
        for number in stop + 1...6 { _ = try second.step(number, measuring: false) }
        let (expected, found) = (straight.checkpoint(), second.checkpoint())
        #expect(expected.numbers == found.numbers && expected.tensors.keys == found.tensors.keys)
        for (name, tensor) in expected.tensors { #expect(found.tensors[name]?.values == tensor.values, "\(name)") }
    }

    /// A second stage added to a run that was to end with the first is the one that would have followed anyway.
    @Test func theSecondStageCanBeAddedLater() throws {
        let straight = task(configuration(pixel: 3, adversarial: 2))
        for number in 1...5 { _ = try straight.step(number, measuring: false) }
        let first = task(configuration(pixel: 3))
        for number in 1...3 { _ = try first.step(number, measuring: false) }
        let second = task(configuration(pixel: 3, adversarial: 2))
        try second.restore(first.checkpoint())
        var ended: [String] = []
        second.pixelStageEnded = { task, step in
            let facts = try task.provenanceOfExport(after: step)
            ended.append("\(facts["stage"] ?? "") \(facts["steps"] ?? "")")
        }
        for number in 4...5 { _ = try second.step(number, measuring: false) }
        #expect(ended == ["pixel 3"])
        let (expected, found) = (straight.checkpoint(), second.checkpoint())
        for (name, tensor) in expected.tensors { #expect(found.tensors[name]?.values == tensor.values, "\(name)") }
    }

    @Test func beginsWithGivenWeights() throws {
        let (first, second) = (task(configuration()), task(configuration()))
        for number in 1...3 { _ = try first.step(number, measuring: false) }
        try second.begin(with: first.generator.state())
        for (name, tensor) in second.checkpoint().tensors(under: "average") {
            #expect(tensor.values == first.generator.state()[name]?.values)
        }
    }

    @Test func modelsWithoutTrainingStillLoad() throws {
        let imported =
            #"{"generator": {"network": "rrdb", "scale": 4, "depth": 23, "features": 64, "growth": 32, "#
            + #""inputChannels": 3, "outputChannels": 3}}"#
        let decoded = try JSONDecoder().decode(SuperResolutionConfiguration.self, from: Data(imported.utf8))
        #expect(decoded.training == nil)
        let trained = configuration()
        let again = try JSONDecoder().decode(
            SuperResolutionConfiguration.self, from: JSONEncoder().encode(trained))
        #expect(again == trained)
    }

    @Test func theRateFallsAsItsNameSays() {
        let course = RateDecay.multistep.schedule(steps: 80)
        #expect([0, 9, 10, 20, 40, 60].map { course.factor(step: $0) } == [1, 1, 0.5, 0.25, 0.125, 0.0625])
        #expect(RateDecay.cosine.schedule(steps: 80).factor(step: 40) == 0.5)
        #expect(RateDecay.constant.schedule(steps: 80).factor(step: 79) == 1)
    }
}

/// Sees differences of neighborhoods.
private final class Blur: PerceptualNetwork {
    func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        [(images.averagePooled(window: 2), 1), (images, 0.1)]
    }
}

extension UpscalingBatch {
    fileprivate var first: UpscalingBatch {
        UpscalingBatch(
            small: small.slice(axis: 0, from: 0, count: 1), large: large.slice(axis: 0, from: 0, count: 1))
    }
}

extension SuperResolutionTask {
    fileprivate func provenanceOfExport(after step: Int) throws -> [String: String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try export(to: folder, after: step)
        return try ModelManifest.read(from: folder).provenance
    }
}
