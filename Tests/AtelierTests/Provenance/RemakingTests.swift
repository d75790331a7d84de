import Foundation
import Testing

@testable import Atelier

/// Images that are made again from what is written in them.
@Suite struct RemakingTests {
    private let models: TinyModels
    private let folder: String

    init() throws {
        models = try TinyModels.shared()
        folder = try models.studio.folder("remaking-\(UUID().uuidString)")
    }

    private func remake(_ path: String, with model: String, from input: String? = nil) throws -> Remaking.Outcome {
        var remaking = try Remaking(path)
        remaking.models = [model]
        remaking.input = input
        return try remaking.run()
    }

    @Test(arguments: ["png", "jpg", "webp", "tif"]) func generatedImages(format: String) throws {
        let model = try Model.load(models.generator)
        var options = GenerationOptions(seeds: .list([7, 8]), classes: ["bar"])
        options.truncation = 0.7
        let image = try model.generate(options)[1]
        try image.write(to: folder + "/a." + format)
        let outcome = try remake(folder + "/a." + format, with: models.generator)
        #expect(outcome.isSame && outcome.differences.isEmpty)
        #expect(outcome.image == image)
    }

    @Test func framesOfAWay() throws {
        let model = try Model.load(models.generator)
        let images = try model.generate(
            GenerationOptions(seeds: .tour([3, 8, 5], framesEach: 3, closed: true), classes: ["bar"]))
        try images[5].write(to: folder + "/frame.png")
        #expect(try remake(folder + "/frame.png", with: models.generator).image == images[5])
    }

    @Test(arguments: [
        ("png", false), ("jpeg", false), ("webp", false), ("webp", true), ("tiff", false), ("tiff", true),
    ])
    func translatedAndUpscaledFiles(format: String, isOther: Bool) throws {
        for (number, (name, model)) in [("translated", models.translator), ("upscaled", models.upscaler)].enumerated() {
            var batch = BatchSettings(inputs: [models.studio("photos")], output: folder + "/" + name)
            batch.format = ImageFormat(rawValue: format)
            batch.jpeg.quality = 60
            batch.webp = EncodingOptions.WebP(quality: 60, isLossless: isOther)
            batch.tiff = EncodingOptions.TIFF(compression: isOther ? .jpeg : .lzw, quality: 60)
            let loaded = try Model.load(model)
            if number == 0 {
                var options = TranslationOptions()
                (options.dropout, options.seed) = (true, 5)
                try Translation(loaded, options).run(batch)
            } else {
                try Upscaling(loaded, UpscalingOptions(size: .pixels(width: 70, height: nil, .inside))).run(batch)
            }
            let file = folder + "/\(name)/2." + (["jpeg": "jpg", "tiff": "tif"][format] ?? format)
            let outcome = try remake(file, with: model, from: models.studio("photos"))
            #expect(outcome.isSame && outcome.differences.isEmpty, "\(outcome.differences)")
            let other = try remake(file, with: model, from: models.studio("photos/3.png"))
            #expect(!other.isSame && other.differences.first?.hasPrefix("input: ") == true)
        }
    }

    @Test func anotherModelIsNamed() throws {
        let copy = folder + "/copy"
        try FileManager.default.copyItem(atPath: Model.load(models.generator).path, toPath: copy)
        try Model.load(models.generator).generate(1, classes: ["bar"])[0].write(to: folder + "/b.png")
        let weights = copy + "/model.safetensors"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
        bytes[bytes.count - 2] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: weights))
        let outcome = try remake(folder + "/b.png", with: copy)
        #expect(outcome.differences.first?.contains("other weights here") == true)
    }

    @Test func whatCannotBeMadeAgainSaysWhy() throws {
        let path = folder + "/plain.png"
        try Studio.image(0, 1).write(to: path)
        #expect(throws: RemakingError.self) { try Remaking(path) }
        #expect(throws: ImageError.self) { try Remaking(folder) }
        try Model.load(models.generator).generate(1, classes: ["bar"])[0].write(to: path)
        var remaking = try Remaking(path)
        remaking.store = ModelStore([folder])
        #expect(throws: RemakingError.self) { try remaking.run() }
        remaking.models = [models.generator, models.generator]
        #expect(throws: RequestError.self) { try remaking.run() }
        let large = folder + "/large.png"
        try Model.load(models.upscaler).upscale(Studio.image(0, 1)).write(to: large)
        var upscaled = try Remaking(large)
        upscaled.models = [models.upscaler]
        #expect(throws: RemakingError.input(place: "")) { try upscaled.run() }
    }

    @Test func settingsOfALaterVersionAreRefused() throws {
        var settings = RecipeSettings(["seed": "7", "hue": "3"])
        _ = try GenerationOptions(&settings)
        #expect(throws: RemakingError.setting("hue 3")) { try settings.checkAllTaken() }
        var hostile = RecipeSettings(["tile": "-5"])
        #expect(throws: RemakingError.setting("tile -5")) { try UpscalingOptions(&hostile) }
        var wrong = RecipeSettings(["seed": "seven"])
        #expect(throws: RemakingError.setting("seed seven")) { try GenerationOptions(&wrong) }
    }
}
