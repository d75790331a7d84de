import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

@testable import Pix2Pix

/// The training of a small translator: that it learns, can be stopped, and exports what it shows.
@Suite struct Pix2PixTaskTests {
    private func configuration() -> Pix2PixConfiguration {
        var configuration = Pix2PixConfiguration()
        configuration.generator.depth = 3
        configuration.generator.width = 8
        configuration.generator.inputChannels = 1
        configuration.generator.outputChannels = 3
        configuration.discriminator.patch = 16
        configuration.discriminator.width = 4
        configuration.training.learningRate = 2e-3
        configuration.training.steps = 120
        configuration.training.decayStart = 100
        return configuration
    }

    /// The input in three colors.
    private func pairs(_ step: Int) -> PairBatch {
        let input = Random(seed: 9, stream: UInt64(step)).normal([1, 1, 16, 16]).tanh()
        return PairBatch(
            inputs: input, targets: Tensor.concatenated([input, -input, input.scaled(by: 0.5)], axis: 1), indices: [0])
    }

    private func task(_ configuration: Pix2PixConfiguration) -> Pix2PixTask {
        Pix2PixTask(configuration, batch: { pairs($0) }, preview: [pairs(1000)], name: "colors")
    }

    @Test func learnsAndMeasures() throws {
        let task = task(configuration())
        let before = try task.evaluate()
        for number in 1...120 { _ = try task.step(number, measuring: false) }
        let after = try task.evaluate()
        #expect(try #require(after["l1"]) < 0.7 * #require(before["l1"]))
        #expect(try #require(after["psnr"]) > #require(before["psnr"]) + 2)
        let preview = try #require(try task.preview())
        #expect(preview.images.shape == [3, 3, 16, 16])
        #expect(preview.made?.values == preview.images.slice(axis: 0, from: 1, count: 1).values)
    }

    /// A network that was shown whole images gets images of other sizes at that size, one of parts as they are.
    @Test func modelsOfWholeImagesResize() throws {
        var configuration = configuration()
        var fit: TranslationFit? { (configuration.network.parameters as? TranslatorParameters)?.fit }
        #expect(fit == .resize)
        configuration.frame.loadSize = 321
        #expect(fit == .auto)
        configuration.fit = .pad
        #expect(fit == .pad)
    }

    @Test(arguments: [AdversarialLoss.leastSquares, .hinge, .wasserstein, .relativisticAverage])
    func everyLossAndTermGivesFiniteSteps(_ loss: AdversarialLoss) throws {
        var configuration = configuration()
        configuration.discriminator.scales = 2
        configuration.discriminator.normalization = .instance
        configuration.generator.upsampling = .resize
        configuration.training.losses.kind = loss
        configuration.training.losses.featureMatchingWeight = 10
        configuration.training.losses.totalVariationWeight = 1
        configuration.training.losses.gradientPenalty = loss == .wasserstein ? 10 : 0
        let task = Pix2PixTask(
            configuration,
            batch: { step in
                let input = Random(seed: 9, stream: UInt64(step)).normal([1, 1, 32, 32]).tanh()
                return PairBatch(
                    inputs: input, targets: input.broadcast(to: [1, 3, 32, 32]), indices: [0])
            }, name: "terms")
        for number in 1...3 {
            let report = try task.step(number, measuring: true)
            #expect(report.losses.allSatisfy { $0.value.isFinite })
            #expect(report.gradientNorms.allSatisfy { $0.value.isFinite && $0.value > 0 })
        }
    }

    @Test func precisionReachesStepsAndPreviews() throws {
        var rounding = configuration()
        rounding.training.precision = .bfloat16
        let (exact, rounded) = (task(configuration()), task(rounding))
        let previews = (try exact.preview(), try rounded.preview())
        #expect(previews.0?.images.values != previews.1?.images.values)
        let (a, b) = (try exact.step(1, measuring: false), try rounded.step(1, measuring: false))
        #expect(zip(a.losses, b.losses).allSatisfy { $0.value != $1.value && abs($0.value / $1.value - 1) < 0.05 })
    }

    /// Runs from before there was a choice were in float32, and can be gone on with.
    @Test func recordsWithoutPrecisionAreOfFloat32() throws {
        let data = try JSONEncoder().encode(configuration())
        #expect(!String(decoding: data, as: UTF8.self).contains("\"precision\""))
        let read = try JSONDecoder().decode(Pix2PixConfiguration.self, from: data)
        #expect(read == configuration() && read.training.precision == nil)
    }

    @Test func resumesBitForBit() throws {
        let straight = task(configuration())
        for number in 1...6 { _ = try straight.step(number, measuring: false) }
        let first = task(configuration())
        for number in 1...3 { _ = try first.step(number, measuring: false) }
        let second = task(configuration())
        try second.restore(first.checkpoint())
        for number in 4...6 { _ = try second.step(number, measuring: false) }
        let (expected, found) = (straight.checkpoint(), second.checkpoint())
        #expect(expected.numbers == found.numbers)
        for (name, tensor) in expected.tensors { #expect(found.tensors[name]?.values == tensor.values, "\(name)") }
    }

    /// What was learned on one size goes on at another, judged by a new discriminator.
    @Test func startsFromTheWeightsOfAnotherTraining() throws {
        let first = task(configuration())
        for number in 1...3 { _ = try first.step(number, measuring: false) }
        let second = task(configuration())
        try second.start(from: first.learner.generator.state())
        let (old, new) = (first.checkpoint(), second.checkpoint())
        for name in ["generator", "average"] {
            let weights = new.tensors(under: name)
            for (key, tensor) in old.tensors(under: "generator") { #expect(weights[key]?.values == tensor.values) }
        }
        #expect(new.numbers["generatorOptimizer.step"] == 0)
        let fresh = task(configuration()).checkpoint()
        for (name, tensor) in fresh.tensors(under: "discriminator") {
            #expect(new.tensors["discriminator." + name]?.values == tensor.values)
        }
        var wider = configuration()
        wider.generator.width = 16
        #expect(throws: LoadError.self) { try task(wider).start(from: first.learner.generator.state()) }
    }

    /// What is shown and exported normalizes by statistics of the averaged weights, without noise; the training itself
    /// does not notice.
    @Test func gatheredStatisticsAreThoseOfTheAveragedWeights() throws {
        var configuration = configuration()
        configuration.statistics = .running
        configuration.training.averageDecay = 0.9
        configuration.generator.depth = 6
        func batch(_ step: Int) -> PairBatch {
            let input = Random(seed: 9, stream: UInt64(step)).normal([2, 1, 64, 64]).tanh()
            return PairBatch(inputs: input, targets: input.broadcast(to: [2, 3, 64, 64]), indices: [0, 1])
        }
        let task = Pix2PixTask(configuration, batch: batch, preview: [batch(99)], name: "statistics")
        for number in 1...3 { _ = try task.step(number, measuring: false) }
        let before = task.checkpoint()
        _ = try task.evaluate()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try task.export(to: folder, after: 3)
        let exported = try Safetensors.read(folder + "/model.safetensors").tensors
        for (name, tensor) in task.checkpoint().tensors { #expect(before.tensors[name]?.values == tensor.values) }

        var quiet = configuration.generator
        quiet.dropout = false
        let twin = quiet.makeGenerator(random: Random(seed: 0))
        // Dropout stands last in its level: without it all names are the same.
        try twin.load(before.tensors(under: "average"))
        for number in 0..<40 { _ = twin(batch(number).inputs, .training(Random(seed: 0))) }
        let averaged = before.tensors(under: "average")
        for (name, tensor) in twin.state() {
            let found = try #require(exported[name])
            #expect((found - tensor).norm <= 1e-3 * tensor.norm, "\(name)")
            if name.hasSuffix("running_var") {
                let gathered = try #require(averaged[name])
                #expect((found - gathered).norm > 1e-2 * found.norm, "\(name)")
            }
        }
    }

    @Test func exportsAModelThatOldReadersWouldKnowAgain() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var sketched = configuration()
        sketched.sketches = SketchRecipe(style: SketchStyle(technique: .ink), techniques: [.ink, .lines])
        try task(sketched).export(to: folder, after: 1)
        let manifest = try ModelManifest.read(from: folder)
        #expect(try manifest == sketched.manifest(name: manifest.name, provenance: manifest.provenance))
        let model = try Model(ModelFolder(path: folder, among: .translators))
        #expect(model.kind == "pix2pix" && model.network == sketched.network)
        #expect(try model.pairFrame() == sketched.frame && model.sketchRecipe() == sketched.sketches)
    }
}
