import Atelier
import Foundation
import Testing

/// Training through the library.
@Suite struct LibraryTrainingTests {
    private let studio: Studio

    init() throws { studio = try Studio() }

    @Test func aTrainingTellsWhatItLearnsFrom() throws {
        var events: [WorkEvent] = []
        let run = try Pix2Pix.train(
            on: studio("twins"), to: studio("run"), Studio.tinyTranslator(steps: 2)
        ) { events.append($0) }
        #expect(run.kind == "pix2pix" && run.outcome.step == 2)
        #expect(studio.exists("run/model/model.safetensors"))
        #expect(events.contains { if case .images = $0 { true } else { false } })
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

    @Test func everyFamilyTrains() throws {
        var vanilla = VanillaGAN.Options(steps: 1) { model in
            (model.generatorWidth, model.discriminatorWidth, model.training.batchSize) = (4, 4, 4)
        }
        vanilla.run.sampleEvery = 0
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
