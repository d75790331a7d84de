import Atelier
import ConditionalGAN
import Foundation
import Testing

/// Training through the library.
@Suite struct LibraryTrainingTests {
    private let studio: Studio

    init() throws { studio = try Studio() }

    @Test func aTrainingTellsWhatItLearnsFrom() throws {
        var told: [String] = []
        let run = try Pix2Pix.train(
            on: studio("twins"), to: studio("run"), Studio.tinyTranslator(steps: 2)
        ) { event in
            switch event {
            case .images: told.append("images")
            case .started(let step, let steps): told.append("started \(step) of \(steps)")
            case .step(let progress): told.append("step \(progress.step) of \(progress.steps)")
            case .checkpoint(let step, _): told.append("checkpoint \(step)")
            default: break
            }
        }
        #expect(run.kind == "pix2pix" && run.outcome.step == 2 && run.outcome.isComplete)
        #expect(studio.exists("run/model/model.safetensors"))
        #expect(told == ["images", "started 0 of 2", "step 1 of 2", "step 2 of 2", "checkpoint 2"])
    }

    @Test func cancelingTheTaskSavesAndCanBeGoneOnFrom() async throws {
        let whole = try Pix2Pix.train(on: studio("twins"), to: studio("whole"), Studio.tinyTranslator(steps: 5))
        let studio = studio
        let task = Task {
            try Pix2Pix.train(on: studio("twins"), to: studio("part"), Studio.tinyTranslator(steps: 5)) { event in
                if case .step(let progress) = event, progress.step == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        let part = try await task.value
        #expect(!part.outcome.isComplete && part.outcome.step == 3)
        #expect(part.folder.checkpointSteps == [2, 3])
        let rest = try Pix2Pix.resume(studio("part"))
        #expect(rest.outcome.isComplete && rest.outcome.step == 5 && whole.outcome.step == 5)
        #expect(
            try studio.bytes("part/model/model.safetensors") == studio.bytes("whole/model/model.safetensors"))
    }

    @Test func aClosureCanStopIt() throws {
        var asked = 0
        let run = try VanillaGAN.train(
            on: studio("photos"), to: studio("run"), Studio.tinyVanilla(steps: 9),
            isCanceled: {
                asked += 1
                return asked == 2
            })
        #expect(!run.outcome.isComplete && run.outcome.step == 2)
    }

    @Test func resumingGivesTheSameBits() throws {
        let whole = try Pix2Pix.train(on: studio("twins"), to: studio("whole"), Studio.tinyTranslator(steps: 4))
        try FileManager.default.copyItem(atPath: whole.folder.path, toPath: studio("half"))
        try FileManager.default.removeItem(atPath: studio("half/checkpoints/step-000004"))
        var again = Pix2Pix.Options()
        again.run.name = "whole"
        let half = try Pix2Pix.resume(studio("half"), again)
        #expect(half.outcome.step == 4)
        #expect(
            try studio.bytes("half/model/model.safetensors") == studio.bytes("whole/model/model.safetensors"))
    }

    @Test func whatCannotBeIsRefused() throws {
        let options = Studio.tinyTranslator(steps: 2)
        #expect(throws: TrainingError.noRun(folder: studio("nothing"))) { try Pix2Pix.resume(studio("nothing")) }
        _ = try Pix2Pix.train(on: studio("twins"), to: studio("run"), options)
        #expect(throws: TrainingError.runExists(folder: studio("run"), step: 2)) {
            try Pix2Pix.train(on: studio("twins"), to: studio("run"), options)
        }
        #expect(throws: TrainingError.self) {
            try Pix2Pix.resume(studio("run"), Pix2Pix.Options(steps: nil) { $0.generator.width = 3 })
        }
        var wide = Studio.tinyTranslator(steps: 2)
        wide.adjust = { $0.generator.depth = 5 }
        #expect(throws: TrainingRequestError.cropSize(network: "unet_32", multiple: 32, nearest: 32)) {
            try Pix2Pix.train(on: studio("twins"), to: studio("wide"), wide)
        }
        #expect(throws: TrainingRequestError.self) {
            try ConditionalGAN.train(on: studio("photos"), to: studio("plain"), Studio.tinyGenerator(steps: 1))
        }
    }

    @Test func aListedFamilyTrainsWithoutCodeOfItsOwn() throws {
        let own = try ConditionalGAN.train(on: studio("shapes"), to: studio("own"), Studio.tinyGenerator(steps: 2))
        var options = LatentGAN<ConditionalGANConfiguration>.Options()
        (options.steps, options.adjust) = (2, Studio.tinyGenerator(steps: 2).adjust)
        (options.run.sampleEvery, options.run.name) = (0, "own")
        let listed = try LatentGAN<ConditionalGANConfiguration>.train(
            on: studio("shapes"), to: studio("listed"), options)
        #expect(own.outcome.step == 2 && listed.outcome.step == 2)
        #expect(try studio.bytes("listed/model/model.safetensors") == studio.bytes("own/model/model.safetensors"))
        #expect(throws: TrainingRequestError.self) {
            try LatentGAN<ConditionalGANConfiguration>.train(on: studio("photos"), to: studio("plain"), options)
        }
        options.architecture = .concatenation
        #expect(throws: TrainingError.self) {
            try LatentGAN<ConditionalGANConfiguration>.resume(studio("listed"), options)
        }
    }

    @Test func everyFamilyTrains() throws {
        let vanilla = Studio.tinyVanilla(steps: 1)
        #expect(try VanillaGAN.train(on: studio("photos"), to: studio("gan"), vanilla).kind == "gan")
        let classes = Classification.Options(steps: 1) { model in
            (model.width, model.featureSize, model.batchSize) = (4, 8, 4)
        }
        #expect(try Classification.train(on: studio("shapes"), to: studio("classes"), classes).outcome.step == 1)
        var cycle = CycleGAN.Options(steps: 1) { model in
            (model.generator.width, model.generator.depth, model.discriminator.width) = (2, 1, 2)
            model.discriminator.patch = 16
        }
        cycle.format.cropSize = 16
        cycle.run.sampleEvery = 0
        #expect(try CycleGAN.train(on: studio("twins"), to: studio("cycle"), cycle).kind == "cyclegan")
        #expect(studio.exists("cycle/model/BtoA/model.safetensors"))
    }
}
