import Foundation
import ImageFiles
import Studio
import Testing

@Suite struct ImageAnswerTests {
    @Test func aDrawingBecomesAnImageOfItsSize() async throws {
        let answers = try Answers()
        let answer = await answers.ask(
            "POST", "/api/translate?model=emoji-sketch", try Answers.drawing(), type: "image/png")
        #expect(answer.status == .ok)
        #expect(answer.field("Server-Timing") != nil)
        let image = try answer.image()
        #expect((image.width, image.height, image.channels) == (64, 64, 3))
        let blank = await answers.ask(
            "POST", "/api/translate?model=emoji-sketch",
            try Image(width: 64, height: 64, channels: 1, samples8: [UInt8](repeating: 255, count: 4096)).encoded(
                as: .png()))
        #expect(try blank.image().samples != image.samples)
    }

    @Test func whatIsNoImageIsRefusedWithItsReason() async throws {
        let answers = try Answers()
        let address = "/api/translate?model=emoji-sketch"
        #expect(await answers.ask("POST", address, Array("hello".utf8)).status == .unsupportedType)
        #expect(await answers.ask("POST", address).status == .unsupportedType)
        let whole = try Answers.drawing()
        #expect(await answers.ask("POST", address, Array(whole.dropLast(60))).status == .unprocessable)
        let wrong = await answers.ask("POST", "/api/translate?model=emoji-sketch&fit=wide", whole)
        #expect(wrong.status == .unprocessable)
        #expect(await answers.ask("POST", "/api/translate", whole).status == .unprocessable)
        #expect(await answers.ask("POST", "/api/translate?model=../../etc", whole).status == .notFound)
        #expect(await answers.ask("POST", "/api/translate?model=fashion-gan", whole).code == "impossible")
    }

    @Test func anImageOfTooManyPixelsIsRefusedBeforeItIsDecoded() async throws {
        let answers = try Answers()
        // A PNG whose header says 30,000 by 30,000 pixels, and that holds none.
        var bomb = try Answers.drawing()
        bomb.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        bomb.replaceSubrange(29..<33, with: Self.checksum(bomb[12..<29]))
        let answer = await answers.ask("POST", "/api/translate?model=emoji-sketch", bomb)
        #expect(answer.status == .tooLarge)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~value >> (24 - 8 * $0)) }
    }

    @Test func aPhotoBecomesADrawing() async throws {
        let answers = try Answers()
        let answer = await answers.ask("POST", "/api/sketch?size=48", try Answers.drawing(), type: "image/png")
        let image = try answer.image()
        #expect((image.width, image.height, image.isGray) == (48, 48, true))
        #expect(await answers.ask("POST", "/api/sketch?lineWidth=99", try Answers.drawing()).status == .unprocessable)
    }

    @Test func oneImageIsAPNGAndTheSameForTheSameSeed() async throws {
        let answers = try Answers()
        let order = #"{"model":"fashion-cgan","seed":7,"classes":["bag"]}"#
        let (first, second) = (await answers.post("/api/generate", order), await answers.post("/api/generate", order))
        #expect(try first.image() == second.image())
        #expect(try first.image().metadata.text.contains { $0.value == "7" })
        let other = await answers.post("/api/generate", #"{"model":"fashion-cgan","seed":8,"classes":["bag"]}"#)
        #expect(try other.image().samples != first.image().samples)
    }

    @Test func severalImagesComeAsEvents() async throws {
        let answers = try Answers()
        let answer = await answers.post(
            "/api/generate", #"{"model":"fashion-cgan","count":3,"classes":["bag","sneaker"]}"#,
            fields: ["accept": "text/event-stream"])
        let events = try await answer.events()
        #expect(events.map(\.name) == [String](repeating: "image", count: 6) + ["done"])
        #expect(
            events.prefix(6).compactMap { $0.value["class"] as? String } == [
                "Bag", "Bag", "Bag", "Sneaker", "Sneaker", "Sneaker",
            ])
        let png = try #require(Data(base64Encoded: events[0].value["png"] as? String ?? ""))
        #expect(try Image.decode([UInt8](png), name: "event").width == 28)
        let two = #"{"model":"fashion-gan","count":2}"#
        #expect(try await answers.post("/api/generate", two).events().map(\.name) == ["image", "image", "done"])
        #expect(await answers.post("/api/generate", two, fields: ["accept": "image/png"]).status == .notAcceptable)
    }

    @Test(arguments: [
        #"{"model":"fashion-cgan"}"#, #"{"model":"fashion-cgan","classes":["hat"]}"#,
        #"{"model":"fashion-gan","classes":["a"]}"#, #"{"model":"fashion-gan","seamless":true}"#,
    ])
    func whatAModelCannotDoIsAConflict(_ order: String) async throws {
        let answer = await (try Answers()).post("/api/generate", order)
        #expect(answer.status == .conflict && answer.code == "impossible")
    }

    @Test(arguments: [
        #"{"model":"fashion-gan","count":0}"#, #"{"model":"fashion-gan","seed":9007199254740992}"#,
        #"{"model":"fashion-gan","truncation":-1}"#, #"{"seed":1}"#,
        #"{"model":"fashion-gan","seed":-1}"#, #"{"model":"fashion-gan","seed":"1"}"#,
    ])
    func ordersThatCannotBeAreRefused(_ order: String) async throws {
        #expect(await (try Answers()).post("/api/generate", order).status == .unprocessable)
    }

    @Test func pointsLeadFromOneImageToAnother() async throws {
        let answers = try Answers()
        func image(_ point: String) async throws -> Image {
            try await answers.post("/api/edit", #"{"model":"fashion-cgan","point":\#(point)}"#).image()
        }
        let (bag, boot) = (#"{"seed":7,"class":"bag"}"#, #"{"seed":7,"class":"ankle boot"}"#)
        let start = try await image(bag)
        #expect(try await image(#"{"between":[\#(bag),\#(boot)],"at":0}"#).samples == start.samples)
        let half = try await image(#"{"between":[\#(bag),\#(boot)],"at":0.5}"#)
        #expect(half.samples != start.samples)
        let end = try await image(boot)
        #expect(half.samples != end.samples)
        // One without classes has points, too.
        let plain = await answers.post(
            "/api/edit", #"{"model":"fashion-gan","point":{"between":[{"seed":1},{"seed":2}],"at":0.3}}"#)
        #expect(plain.status == .ok)
    }

    @Test func aLoopIsAnAnimationOfAllFrames() async throws {
        let answers = try Answers()
        let answer = await answers.post(
            "/api/edit/loop", #"{"model":"fashion-gan","points":[{"seed":1},{"seed":2}],"frames":8}"#)
        #expect(answer.field("Content-Type") == "image/apng")
        #expect(try answer.image().width == 28)
        let controls = answer.bytes.indices.dropLast(3).count { Array(answer.bytes[$0..<$0 + 4]) == Array("fcTL".utf8) }
        #expect(controls == 8)
    }

    @Test func pointsOfTooManyPartsAreRefused() async throws {
        let answers = try Answers()
        var point = #"{"seed":1}"#
        for _ in 0..<40 { point = #"{"between":[\#(point),{"seed":2}],"at":0.5}"# }
        let answer = await answers.post("/api/edit", #"{"model":"fashion-gan","point":\#(point)}"#)
        #expect(answer.status == .unprocessable)
        let moved = await answers.post(
            "/api/edit", #"{"model":"fashion-gan","point":{"moved":{"seed":1},"along":[1]}}"#)
        #expect(moved.status == .conflict)
    }

    @Test(arguments: [
        #"{"seed":1,"at":0.5}"#, #"{"seed":1,"color":"red"}"#, #"{"seed":9007199254740992}"#,
        #"{"between":[{"seed":1},{"seed":2}],"at":0.5,"seed":3}"#, #"{"moved":{"seed":1},"along":[1],"class":"bag"}"#,
    ])
    func pointsWithOtherMembersAreRefused(_ point: String) async throws {
        let answer = await (try Answers()).post("/api/edit", #"{"model":"fashion-gan","point":\#(point)}"#)
        #expect(answer.status == .unprocessable)
    }
}
