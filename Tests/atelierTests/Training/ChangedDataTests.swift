import Foundation
import Testing

extension ProgramTests {
    /// Images that are others when a run goes on.
    @Suite struct ChangedDataTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        private func resume(_ kind: String, _ more: String...) throws -> Program.Result {
            try Program.run(["train", kind, "--out", "run", "--resume"] + more, in: place.path)
        }

        private func move(_ old: String, to new: String) throws {
            try FileManager.default.moveItem(atPath: place.path + "/" + old, toPath: place.path + "/" + new)
        }

        private func train(_ kind: String) throws {
            let result = try Program.run(place.training(kind, steps: 2), in: place.path)
            #expect(result.status == 0, "\(result.errors)")
        }

        private func refused(_ result: Program.Result, _ words: String...) {
            #expect(result.status == 1, "\(result.errors)")
            for word in words { #expect(result.errors.contains(word), "“\(word)” is not in: \(result.errors)") }
        }

        @Test(arguments: ["cgan", "classifier"])
        func anotherClassIsRefusedOrLeftOut(_ kind: String) throws {
            try train(kind)
            try place.write(Workplace.whole(1), to: "shapes/another/1.png")
            refused(
                try resume(kind), "in 3 classes (bar, Big Disc, square)", "in 4 classes (another, bar", "--change data")
            let taken = try resume(kind, "--change", "data")
            #expect(taken.status == 0, "\(taken.errors)")
            #expect(try resume(kind).status == 0)
        }

        @Test func aRenamedClassIsRefusedOrKeepsItsLabel() throws {
            try train("cgan")
            try move("shapes/bar", to: "shapes/zebra")
            refused(try resume("cgan"), "(bar, Big Disc, square)", "(Big Disc, square, zebra)")
            #expect(try resume("cgan", "--change", "data").status == 0)
            #expect(try resume("cgan").status == 0)
            try move("shapes/zebra", to: "shapes/lion")
            try move("shapes/square", to: "shapes/tiger")
            let several = try resume("cgan", "--change", "data")
            #expect(several.status == 64, "\(several.errors)")
            #expect(several.errors.contains("bar, Big Disc, square"))
        }

        @Test func imagesWithoutClassesAreRefused() throws {
            try train("cgan")
            try move("shapes", to: "elsewhere")
            for number in 0..<4 { try place.write(Workplace.whole(number), to: "shapes/\(number).png") }
            refused(try resume("cgan"), "class folders", "a folder of images")
            #expect(try resume("cgan", "--change", "data").status == 64)
            let moved = try resume("cgan", "--data", "elsewhere")
            #expect(moved.status == 0, "\(moved.errors)")
        }

        @Test func anImageMoreIsNoticed() throws {
            try train("gan")
            try place.write(Workplace.whole(9), to: "shapes/bar/9.png")
            refused(try resume("gan"), "18 images", "19 images")
            let taken = try resume("gan", "--change", "data", "--steps", "3")
            #expect(taken.status == 0 && taken.errors.contains("From step 3 on, data is 19 images"), "\(taken.errors)")
        }

        @Test func pairsOfAnotherKindAreRefused() throws {
            for number in 0..<4 { try place.write(Workplace.whole(number), to: "pairs/\(number).png") }
            let trained = try Program.run(place.translatorTraining("pairs"), in: place.path)
            #expect(trained.status == 0, "\(trained.errors)")
            try FileManager.default.removeItem(atPath: place.path + "/pairs")
            for number in 0..<4 {
                try place.write(Workplace.whole(number).converted(channels: 1), to: "pairs/\(number).png")
            }
            let result = try resume("pix2pix")
            refused(result, "color and color, side by side", "gray and gray, side by side")
        }

        /// A run of version 0.1 has no record of its images; the classes in its settings still must fit.
        @Test func aRunWithoutARecordGoesOn() throws {
            try train("cgan")
            let file = URL(fileURLWithPath: place.path + "/run/config.json")
            var record =
                try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
            #expect(record.removeValue(forKey: "data") != nil)
            try JSONSerialization.data(withJSONObject: record).write(to: file)
            try move("shapes/bar", to: "shapes/zebra")
            let other = try resume("cgan")
            #expect(other.status == 64 && other.errors.contains("bar, Big Disc, square"), "\(other.errors)")
            try move("shapes/zebra", to: "shapes/bar")
            #expect(try resume("cgan").status == 0)
            #expect(try String(contentsOf: file, encoding: .utf8).contains("\"digest\""))
        }
    }
}
