import Foundation
import ImageData
import ImageFiles
import Pix2Pix
import Studio
import TensorCore
import Testing

/// Drawings with what is said about them: a class and colors.
@Suite struct ToldDrawingTests {
    /// Studio with two translators: `told` knows roses and tulips, takes hints and noise, `untold` takes only a drawing.
    private func answers() throws -> Answers {
        let answers = try Answers()
        var configuration = Pix2PixConfiguration()
        (configuration.generator.depth, configuration.generator.width) = (3, 4)
        (configuration.generator.inputChannels, configuration.generator.outputChannels) = (1, 3)
        configuration.frame = PairFrame(loadSize: 16, cropSize: 16, inputChannels: 1)
        (configuration.discriminator.patch, configuration.discriminator.width) = (16, 4)
        try export(configuration, "untold", inputs: 1, answers)
        (configuration.classNames, configuration.generator.classCount) = (["rose", "tulip"], 2)
        (configuration.hints, configuration.generator.colorHints) = (HintRecipe(), true)
        configuration.generator.noise = true
        try export(configuration, "told", inputs: 8, answers)
        return answers
    }

    private func export(_ configuration: Pix2PixConfiguration, _ name: String, inputs: Int, _ answers: Answers) throws {
        let pairs = PairBatch(
            inputs: .zeros([1, inputs, 16, 16]), targets: .zeros([1, 3, 16, 16]), indices: [0], drawingChannels: 1)
        try Pix2PixTask(configuration, batch: { _ in pairs }, name: name).export(
            to: answers.folder.path + "/models/" + name, after: 1)
    }

    private func dabs(_ red: UInt8, _ green: UInt8, side: Int = 64) throws -> [UInt8] {
        let samples = (0..<side * side).flatMap { place -> [UInt8] in
            place / side < side / 2 ? [red, green, 0, 255] : [0, 0, 0, 0]
        }
        return try Image(width: side, height: side, channels: 4, samples8: samples).encoded(as: .png())
    }

    private func form(_ drawing: [UInt8], _ hints: [UInt8]) -> [UInt8] {
        func part(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
            Array("--form\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8) + bytes + [13, 10]
        }
        return part("image", drawing) + part("hints", hints) + Array("--form--\r\n".utf8)
    }

    private let formType = "multipart/form-data; boundary=form"
    private let address = "/api/translate?model=told"

    @Test func theListSaysWhatAModelCanBeTold() async throws {
        let answers = try answers()
        let told = try await answers.ask("GET", "/api/models/told").json()
        #expect(told["classes"] as? [String] == ["rose", "tulip"])
        #expect((told["drawing"] as? [String: Any])?["takesHints"] as? Bool == true)
        #expect((told["drawing"] as? [String: Any])?["isFlat"] as? Bool == false)
        #expect((told["drawing"] as? [String: Any])?["takesNoise"] as? Bool == true)
        let plain = try await answers.ask("GET", "/api/models/untold").json()
        #expect((plain["drawing"] as? [String: Any])?["takesHints"] as? Bool == false)
    }

    @Test func theClassChangesTheImageAndIsRecorded() async throws {
        let (answers, drawing) = (try answers(), try Answers.drawing())
        func image(_ query: String) async throws -> Image {
            try await answers.ask("POST", address + query, drawing).image()
        }
        let (none, rose, tulip) = (try await image(""), try await image("&class=rose"), try await image("&class=tul"))
        #expect(none.samples != rose.samples && rose.samples != tulip.samples)
        #expect(try await image("").samples == none.samples)
        let recipe = { (image: Image) in image.metadata.xmp ?? "" }
        #expect(recipe(rose).contains("rose") && !recipe(none).contains("rose"))
        #expect(await answers.ask("POST", address + "&class=daisy", drawing).status == .conflict)
        #expect(
            await answers.ask("POST", "/api/translate?model=untold&class=rose", drawing).status == .conflict)
    }

    @Test func theSeedChangesTheImageAndIsRecorded() async throws {
        let (answers, drawing) = (try answers(), try Answers.drawing())
        func image(_ query: String) async throws -> Image {
            try await answers.ask("POST", address + query, drawing).image()
        }
        let (first, other, again) = (try await image(""), try await image("&seed=7"), try await image("&seed=7"))
        #expect(first.samples != other.samples && other.samples == again.samples)
        #expect(first.metadata.xmp != other.metadata.xmp)
        #expect(await answers.ask("POST", address + "&seed=-1", drawing).status == .unprocessable)
    }

    @Test func hintsOfTheirOwnChangeTheImage() async throws {
        let (answers, drawing) = (try answers(), try Answers.drawing())
        func image(_ hints: [UInt8]) async throws -> Image {
            try await answers.ask("POST", address, form(drawing, hints), type: formType).image()
        }
        let (red, green) = (try await image(dabs(220, 30)), try await image(dabs(30, 220)))
        let plain = try await answers.ask("POST", address, drawing).image()
        #expect(red.samples != green.samples && red.samples != plain.samples)
        #expect(try await image(dabs(0, 0, side: 32)).width == 64)
    }

    @Test func formsThatCannotBeAreRefused() async throws {
        let (answers, drawing) = (try answers(), try Answers.drawing())
        func status(_ body: [UInt8], _ address: String) async -> HTTPStatus {
            await answers.ask("POST", address, body, type: formType).status
        }
        let hints = try dabs(1, 2)
        #expect(await status(form(drawing, hints), "/api/translate?model=untold") == .conflict)
        #expect(await status(form(drawing, [1, 2, 3]), address) == .unsupportedType)
        #expect(await status(Array("--form--\r\n".utf8), address) == .unprocessable)
        #expect(await status(drawing, address) == .badRequest)
        let wide = try Image(width: 64, height: 16, channels: 4, samples8: [UInt8](repeating: 9, count: 4096))
            .encoded(as: .png())
        #expect(await status(form(drawing, wide), address) == .unprocessable)
    }

    @Test func coloredStrokesOfADrawingAreHintsUnlessItSaysOtherwise() async throws {
        let answers = try answers()
        let samples = (0..<4096).flatMap { place -> [UInt8] in
            place % 64 == 20 ? [0, 0, 0] : place / 64 > 50 ? [230, 20, 20] : [255, 255, 255]
        }
        let drawing = try Image(width: 64, height: 64, channels: 3, samples8: samples).encoded(as: .png())
        let hinted = try await answers.ask("POST", address, drawing).image()
        let plain = try await answers.ask("POST", address + "&noHints=true", drawing).image()
        #expect(hinted.samples != plain.samples)
    }

    @Test func regionsAreFlatOnDemand() async throws {
        let answers = try answers()
        let samples = (0..<4096).map { place -> UInt8 in
            let depth = min(min(place % 64, place / 64) - 12, 51 - max(place % 64, place / 64))
            return depth == 0 || depth == 1 ? 0 : 255
        }
        let drawing = try Image(width: 64, height: 64, channels: 1, samples8: samples).encoded(as: .png())
        func colors(_ query: String) async throws -> Int {
            let image = try await answers.ask("POST", address + query, drawing).image()
            guard case .bits8(let samples) = image.samples else { return 0 }
            return Set((20..<44).map { Array(samples[(32 * 64 + $0) * 3..<(32 * 64 + $0) * 3 + 3]) }).count
        }
        #expect(try await colors("&flat=true") == 1)
        #expect(try await colors("") > 1)
    }
}
