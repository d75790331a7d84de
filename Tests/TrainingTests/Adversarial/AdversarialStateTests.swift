import Foundation
import Layers
import Models
import TensorCore
import Testing
import Training

/// What an adversarial training keeps: resuming it, its moving average, and the generator that it hands out.
@Suite struct AdversarialStateTests {
    /// Everything that draws random numbers or has a memory, switched on.
    private let everything = ToyConfiguration {
        $0.discriminatorSteps = 2
        ($0.r1Gamma, $0.r1Interval) = (1, 2)
        $0.gradientPenalty = 1
        $0.augmentation = [.color, .translation, .cutout]
        $0.averageDecay = 0.9
        $0.schedule = .warmUp(steps: 4, then: .cosine(total: 20))
    }

    @Test func resumingContinuesBitForBit() throws {
        let whole = everything.task()
        var reports: [StepReport] = []
        for number in 1...7 { reports.append(try whole.step(number, measuring: true)) }

        let first = everything.task()
        for number in 1...3 { _ = try first.step(number, measuring: false) }
        _ = try first.preview()
        let second = everything.task()
        _ = try second.step(1, measuring: false)
        try second.restore(first.checkpoint())
        for number in 4...7 {
            let report = try second.step(number, measuring: true)
            let expected = reports[number - 1]
            #expect(report.losses.map(\.value) == expected.losses.map(\.value), "step \(number)")
            #expect(report.gradientNorms.map(\.value) == expected.gradientNorms.map(\.value), "step \(number)")
            #expect(report.extra.map(\.value) == expected.extra.map(\.value), "step \(number)")
        }
        let (a, b) = (whole.checkpoint(), second.checkpoint())
        #expect(a.numbers == b.numbers)
        #expect(a.numbers["discriminatorOptimizer.step"] == 14)
        #expect(Set(a.tensors.keys) == Set(b.tensors.keys))
        for (name, tensor) in a.tensors { #expect(tensor.values == b.tensors[name]?.values, "\(name)") }
        #expect(try whole.preview()?.images.values == second.preview()?.images.values)
    }

    @Test func aCheckpointOfAnotherNetworkIsRefused() throws {
        let task = everything.task()
        var state = task.checkpoint()
        state.tensors["generator.output.weight"] = nil
        #expect(throws: LoadError.self) { try task.restore(state) }
        state = task.checkpoint()
        state.tensors["discriminatorOptimizer.exp_avg.hidden.weight"] = .zeros([3])
        #expect(throws: LoadError.self) { try task.restore(state) }
    }

    @Test func theAverageFollowsTheGenerator() throws {
        let task = ToyConfiguration { $0.averageDecay = 0.2 }.task()
        func weights(_ prefix: String) -> Tensor? { task.checkpoint().tensors[prefix + ".hidden.weight"] }
        let start = try #require(weights("generator"))
        _ = try task.step(1, measuring: false)
        let first = try #require(weights("generator"))
        _ = try task.step(2, measuring: false)
        let second = try #require(weights("generator"))
        _ = try task.step(3, measuring: false)
        let third = try #require(weights("generator"))
        // The first steps are soon forgotten: the decay is no more than 1/11 and 2/12 in the first two.
        let warm = start * Float(1.0 / 11) + first * Float(10.0 / 11)
        let expected = (warm * Float(2.0 / 12) + second * Float(10.0 / 12)) * 0.2 + third * 0.8
        let average = try #require(weights("average"))
        #expect((average - expected).absolute().values.allSatisfy { $0 < 1e-7 })
        let state = task.checkpoint().tensors
        #expect(state["average.norm.running_mean"]?.values == state["generator.norm.running_mean"]?.values)
    }

    /// The exported generator normalizes by the statistics of its own averaged weights, not by those that the
    /// generator gathered on the way.
    @Test func theExportedGeneratorIsCalibrated() throws {
        let configuration = ToyConfiguration {
            $0.averageDecay = 0.98
            $0.batchSize = 100
            $0.generatorLearningRate = 2e-2
        }
        let task = configuration.task()
        for number in 1...20 { _ = try task.step(number, measuring: false) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("toy-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try task.export(to: folder, after: 20)

        let manifest = try ModelManifest.read(from: folder)
        #expect(manifest.kind == "toy" && manifest.name == "toy" && manifest.provenance["steps"] == "20")
        let exported = try Safetensors.read(folder + "/" + ModelManifest.weightsFile).tensors
        let state = task.checkpoint()
        for (name, average) in state.tensors(under: "average") where !name.contains("running") {
            let found = try #require(exported[name])
            #expect((found - average).absolute().values.allSatisfy { $0 < 1e-3 }, "\(name)")
        }
        let weight = try #require(state.tensors["average.hidden.weight"])
        let reached = Random(seed: 21).normal([20_000, 3]).matrixProduct(weight, transposingOther: true)
        let (mean, deviation) = (reached.mean(axes: [0]), reached.variance(axes: [0]).squareRoot())
        func error(of tensors: [String: Tensor]) throws -> Float {
            let shift = (try #require(tensors["norm.running_mean"]) - mean) / deviation
            let spread = try #require(tensors["norm.running_var"]).squareRoot() / deviation - 1
            return (shift.absolute().values + spread.absolute().values).max() ?? 0
        }
        #expect(try error(of: exported) < 0.06)
        #expect(try error(of: state.tensors(under: "generator")) > 0.1)
    }

    @Test func withoutAnAverageTheGeneratorItselfIsExported() throws {
        let task = ToyConfiguration { $0.averageDecay = 0 }.task()
        _ = try task.step(1, measuring: false)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("toy-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try task.export(to: folder, after: 20)
        let exported = try Safetensors.read(folder + "/model.safetensors").tensors
        for (name, tensor) in task.checkpoint().tensors(under: "generator") {
            let found = try #require(exported[name])
            #expect((found - tensor).absolute().values.allSatisfy { $0 < 1e-3 }, "\(name)")
        }
    }

    @Test func previewsShowTheSameNoiseAndRealImagesBesideIt() throws {
        let task = ToyConfiguration().task()
        let first = try #require(try task.preview())
        #expect(first.images.shape == [64, 1, 4, 4] && first.columns == 8 && first.captions.isEmpty)
        #expect(first.reference?.shape == [64, 1, 4, 4])
        let again = try #require(try task.preview())
        #expect(first.images.values == again.images.values)
        _ = try task.step(1, measuring: false)
        #expect(try task.preview()?.images.values != first.images.values)
    }

    @Test func theEvaluatorSeesTheCalibratedGenerator() throws {
        let configuration = ToyConfiguration()
        let task = AdversarialTask(configuration, batch: configuration.batch, name: "toy") { generator in
            ["mean": Double(generator.images(latents: generator.latents(forSeeds: [1, 2]), labels: nil).mean().item)]
        }
        let figures = try task.evaluate()
        #expect(figures["mean"].map { $0.isFinite && abs($0) <= 1 } == true)
        #expect(try task.evaluate() == figures)
        #expect(try configuration.task().evaluate().isEmpty)
    }
}
