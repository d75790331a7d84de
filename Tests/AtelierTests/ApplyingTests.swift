import Atelier
import Foundation
import Synchronization
import Testing

/// Translating and upscaling.
@Suite struct ApplyingTests {
    private let models: TinyModels

    init() throws { models = try TinyModels.shared() }

    @Test func translationsHaveTheSizeOfTheirImages() throws {
        let model = try Model.load(models.translator)
        let drawing = Studio.image(0, 3, side: 40)
        let made = try model.translate(drawing)
        #expect(made.width == 40 && made.height == 40 && made.channels == 1)
        #expect(made.metadata.text.contains { $0.keyword == "Model" && $0.value == "translator" })
        #expect(try model.translate(drawing).samples == made.samples)
        let beside = try model.translate(drawing, TranslationOptions(sideBySide: true))
        #expect(beside.width == 80)
        #expect(throws: (any Error).self) { try Model.load(models.upscaler).translate(drawing) }
    }

    @Test func foldersAreTranslated() throws {
        let names = Mutex<[String]>([])
        let summary = try Model.load(models.translator).translate(
            models.studio("twins/trainA"), to: models.studio("translated")
        ) { event in
            if case .file(let record) = event { names.withLock { $0 += record.outputs } }
        }
        #expect(summary.done == 6 && summary.isComplete)
        #expect(try models.studio.files("translated") == (0..<6).map { "\($0).png" })
        #expect(names.withLock { $0 }.count == 6)
    }

    @Test func imagesBecomeLarger() throws {
        let model = try Model.load(models.upscaler)
        let photo = Studio.image(1, 2, side: 20)
        #expect(try model.upscale(photo).width == 40)
        let exact = try model.upscale(photo, UpscalingOptions(size: .pixels(width: 33, height: 21, .stretch)))
        #expect(exact.width == 33 && exact.height == 21)
        #expect(throws: UpscalingLimit.factor(20, 20, 640, 640)) {
            try model.upscale(photo, UpscalingOptions(size: .scale(32)))
        }
        let summary = try model.upscale(models.studio("photos"), to: models.studio("large"))
        #expect(summary.done == 6)
        #expect(try Image(contentsOf: models.studio("large/0.png")).width == 96)
    }

    @Test func whatMakesNoSenseIsRefusedBeforeAnythingIsRead() throws {
        let model = try Model.load(models.translator)
        #expect(throws: BatchError.self) { try model.translate(models.studio("photos"), to: "a.png") }
        #expect(throws: ModelError.self) { try Upscaling(model) }
        var options = UpscalingOptions()
        (options.denoising, options.denoisingPartner) = (0.5, "nobody-has-this")
        #expect(throws: RequestError.self) { try Upscaling(Model.load(models.upscaler), options) }
    }
}
