import Foundation
import Studio
import TestSupport
import Testing

@Suite struct ModelAnswerTests {
    @Test func modelsSayWhatTheyCanDo() async throws {
        let models = try await (try Answers()).ask("GET", "/api/models").json()["models"] as? [[String: Any]] ?? []
        let known = Dictionary(
            uniqueKeysWithValues: models.compactMap { model in (model["name"] as? String).map { ($0, model) } })
        let sketch = try #require(known["emoji-sketch"])
        #expect(sketch["task"] as? String == "translate")
        #expect((sketch["drawing"] as? [String: Any])?["size"] as? Int == 128)
        #expect(known["photo-x4"]?["scale"] as? Int == 4)
        #expect(known["textures"]?["isSeamless"] as? Bool == true)
        #expect((known["flowers"]?["classes"] as? [String])?.contains("rose") == true)
        #expect(known["flowers"]?["width"] as? Int == 128)
    }

    @Test func cardsAndSheetsAreThoseOfTheFolder() async throws {
        let answers = try Answers()
        let card = await answers.ask("GET", "/api/models/flowers/card")
        #expect(card.bytes == (try Answers.file(Fixtures.packageFolder + "/Models/flowers/README.md")))
        #expect(await answers.ask("GET", "/api/models/flowers/sheet").field("Content-Type") == "image/jpeg")
        #expect(await answers.ask("GET", "/api/models/niqe/sheet").status == .notFound)
        for name in ["..", "%2e%2e", "nothing", "..%2fflowers"] {
            #expect(await answers.ask("GET", "/api/models/\(name)/card").status.rawValue / 100 == 4, "\(name)")
        }
    }

    @Test func aFileOfWeightsIsInspectedAndImported() async throws {
        let answers = try Answers()
        let file = try Answers.file(Fixtures.packageFolder + "/Models/photo-x2/model.safetensors")
        let answer = await answers.ask(
            "POST", "/api/models?name=mine.safetensors", file, type: "application/octet-stream")
        let report = try answer.json()
        let upload = try #require(report["upload"] as? String)
        #expect(report["problem"] == nil)
        #expect(report["network"] as? String != nil)
        let order = #"{"upload":"\#(upload)"}"#
        let made = await answers.post("/api/models/mine", order)
        #expect(made.status == .created)
        #expect(try made.json()["scale"] as? Int == 2)
        #expect(await answers.ask("GET", "/api/models/mine").status == .ok)
        // The file is used up, and the name is taken.
        #expect(await answers.post("/api/models/other", order).status == .notFound)
        #expect(await answers.post("/api/models/photo-x2", order).status.rawValue / 100 == 4)
    }

    @Test func filesThatAreNoModelsAreDiagnosed() async throws {
        let answers = try Answers()
        let answer = await answers.ask("POST", "/api/models?name=a.pth", Array("text".utf8))
        #expect(answer.status == .ok)
        #expect(try answer.json()["problem"] as? String != nil)
        #expect(try (answer.json()["problem"] as? String)?.contains("atelier-studio-") == false)
        #expect(await answers.ask("POST", "/api/models?name=a.exe", [1]).status == .unsupportedType)
        #expect(await answers.ask("POST", "/api/models?name=a.pth").status == .unprocessable)
        #expect(await answers.post("/api/models/..evil", #"{"upload":"x"}"#).status == .unprocessable)
        #expect(await answers.post("/api/models/fine", #"{"upload":"../../etc/passwd"}"#).status == .notFound)
    }

    @Test func theStatusSaysWhichProgramAnswers() async throws {
        let status = try await (try Answers()).ask("GET", "/api/status").json()
        #expect((status["software"] as? String)?.hasPrefix("atelier ") == true)
        #expect(status["waiting"] as? Int == 0)
    }

    @Test func whatHoldsNoWeightsIsNotImported() async throws {
        let answers = try Answers()
        let report = try await answers.ask("POST", "/api/models?name=image.pth", try Answers.drawing()).json()
        let upload = try #require(report["upload"] as? String)
        let answer = await answers.post("/api/models/image", #"{"upload":"\#(upload)"}"#)
        #expect(answer.status == .conflict && answer.code == "weights")
        #expect(!String(decoding: answer.bytes, as: UTF8.self).contains(NSTemporaryDirectory()))
        #expect(await answers.ask("POST", "/api/upscale?model=photo-x2").status == .unsupportedType)
    }
}
