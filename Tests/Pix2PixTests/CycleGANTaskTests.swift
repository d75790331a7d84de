import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// The training of two small translators without pairs.
@Suite struct CycleGANTaskTests {
    private func configuration() -> CycleGANConfiguration {
        var configuration = CycleGANConfiguration()
        (configuration.generator.depth, configuration.generator.width) = (1, 4)
        (configuration.discriminator.patch, configuration.discriminator.width) = (16, 4)
        (configuration.training.steps, configuration.training.decayStart) = (60, 50)
        configuration.training.learningRate = 2e-3
        configuration.training.averageDecay = 0.9
        configuration.poolSize = 3
        configuration.frame = PairFrame(loadSize: 16, cropSize: 16)
        return configuration
    }

    /// A is reddish noise, B bluish.
    private func images(_ step: Int) -> UnpairedBatch {
        func tinted(_ stream: UInt64, _ tint: [Float]) -> Tensor {
            let noise = Random(seed: 9, stream: stream).normal([1, 3, 16, 16]).scaled(by: 0.3)
            return (noise + Tensor(tint, shape: [1, 3, 1, 1])).tanh()
        }
        return UnpairedBatch(
            a: tinted(UInt64(2 * step), [1, 0, -1]), b: tinted(UInt64(2 * step + 1), [-1, 0, 1]))
    }

    private func task(_ configuration: CycleGANConfiguration) -> CycleGANTask {
        CycleGANTask(configuration, batch: { images($0) }, preview: [images(1000)], name: "tints")
    }

    @Test func learnsToComeBackAndToTint() throws {
        let task = task(configuration())
        let before = try task.evaluate()
        for number in 1...60 { _ = try task.step(number, measuring: false) }
        let after = try task.evaluate()
        for side in ["cycle-A", "cycle-B"] {
            #expect(try #require(after[side]) < 0.6 * #require(before[side]), "\(side)")
        }
        let sheet = try #require(try task.preview())
        #expect(sheet.images.shape == [6, 3, 16, 16] && sheet.columns == 6)
        func red(_ place: Int) -> Float {
            sheet.images.slice(axis: 0, from: place, count: 1).slice(axis: 1, from: 0, count: 1).mean().item
        }
        #expect(red(0) > 0.5 && red(1) < 0 && red(3) < -0.5 && red(4) > 0)
    }

    /// The pools are full and exchange when the training is cut.
    @Test func resumesBitForBit() throws {
        let straight = task(configuration())
        for number in 1...12 { _ = try straight.step(number, measuring: false) }
        let first = task(configuration())
        for number in 1...7 { _ = try first.step(number, measuring: false) }
        _ = try first.preview()
        let second = task(configuration())
        try second.restore(first.checkpoint())
        for number in 8...12 { _ = try second.step(number, measuring: true) }
        let (expected, found) = (straight.checkpoint(), second.checkpoint())
        #expect(expected.numbers == found.numbers && expected.tensors.count == found.tensors.count)
        #expect(expected.tensors["AtoB.pool"]?.shape == [3, 3, 16, 16])
        for (name, tensor) in expected.tensors { #expect(found.tensors[name]?.values == tensor.values, "\(name)") }
    }

    @Test func exportsOneModelWithinTheOther() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var configuration = configuration()
        configuration.generator.inputChannels = 1
        configuration.frame.inputChannels = 1
        configuration.cycle.identityWeight = 0
        try task(configuration).export(to: folder, after: 1)
        let (there, back) = try (
            Model(ModelFolder(path: folder, among: .translators)),
            Model(ModelFolder(path: folder + "/BtoA", among: .translators))
        )
        #expect(there.kind == "pix2pix" && there.name == "tints" && back.name == "tints-BtoA")
        #expect(try there.translatorParameters().inputChannels == 1 && there.pairFrame().targetChannels == 3)
        #expect(try back.translatorParameters().outputChannels == 1 && back.pairFrame().inputChannels == 3)
        for model in [there, back] { _ = try model.translator() }
    }
}
