import Foundation
import ImageFiles
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct UpscaleTests {
        private let place: Workplace

        init() throws {
            place = try Workplace()
            try place.writeUpscaler("tiny", seed: 3)
            try place.writeUpscaler("tiny-wdn", seed: 4)
        }

        @discardableResult private func upscale(_ arguments: String...) throws -> Program.Result {
            let result = try Program.run(["upscale"] + arguments + ["-m", "tiny"], in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            return result
        }

        private func image(_ width: Int, _ height: Int) -> Image {
            Image(
                width: width, height: height, channels: 3,
                samples8: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 / 77)) })
        }

        @Test(arguments: [
            ("cmyk-adobe.jpg", 3, 8), ("palette4-transparent.png", 4, 8), ("palette8.png", 3, 8),
            ("rgb16.png", 3, 16), ("gray16.png", 1, 16), ("gray1.png", 1, 8), ("gray-alpha16.png", 2, 16),
            ("orientation6.jpg", 3, 8), ("orientation3.png", 3, 8), ("gray.jpg", 1, 8),
        ])
        func kindsStay(name: String, channels: Int, bits: Int) throws {
            let before = try Image.read(Fixtures.path("ImageFiles/" + name))
            try upscale(Fixtures.path("ImageFiles/" + name), "-o", "out")
            let after = try Image.read(place.path + "/out/" + name)
            #expect((after.width, after.height) == (2 * before.width, 2 * before.height))
            #expect(after.channels == channels && after.bitDepth == bits)
            // Orientation is in the pixels now, and what is above stays above.
            let back = after.converted8()
            let unit = before.converted8()
            guard case .bits8(let large) = back.samples, case .bits8(let small) = unit.samples else { return }
            func mean(_ samples: [UInt8], _ half: Range<Int>) -> Int {
                half.reduce(0) { $0 + Int(samples[$1]) } / max(half.count, 1)
            }
            #expect(abs(mean(large, 0..<large.count / 2) - mean(small, 0..<small.count / 2)) < 12)
        }

        @Test func metadataStayAndTellWhatWasDone() throws {
            var image = image(20, 16)
            let profile =
                [UInt8](repeating: 0, count: 12) + Array("mntrRGB XYZ ".utf8)
                + [UInt8](repeating: 7, count: 200)
            image.metadata.iccProfile = profile
            image.metadata.density = .dotsPerInch(300)
            image.metadata.text = [.init(keyword: "Title", value: "a field")]
            image.metadata.xmp = "<x><rdf:RDF><a/></rdf:RDF></x>"
            try image.write(to: place.path + "/a.jpg")
            try upscale("a.jpg", "-o", "b.jpg")
            let made = try Image.read(place.path + "/b.jpg").metadata
            #expect(made.iccProfile == profile)
            #expect(made.density.map { ($0.x * 0.0254).rounded() } == 300)
            #expect(made.text.contains { $0.value.contains("a field") })
            #expect(made.text.contains { $0.value.contains("tiny") })
            #expect(made.xmp?.contains("compositeWithTrainedAlgorithmicMedia") == true)
            #expect(made.xmp?.contains("<a/>") == true)
            try upscale("a.jpg", "-o", "c.jpg", "--no-provenance")
            let plain = try Image.read(place.path + "/c.jpg").metadata
            #expect(plain.text.count == 1 && plain.xmp == image.metadata.xmp)
        }

        /// A block that names the maker, and a place.
        @Test func exifStaysUnlessItIsStripped() throws {
            var image = image(20, 14)
            let maker: [UInt8] = [0x0F, 1, 2, 0, 4, 0, 0, 0, 65, 66, 67, 0]
            let place: [UInt8] = [1, 0, 1, 0, 2, 0, 2, 0, 0, 0, 78, 0, 0, 0, 0, 0, 0, 0]
            let header: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
            let pointer: [UInt8] = [0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]
            let without = header + [1, 0] + maker + [0, 0, 0, 0]
            image.metadata.exif = header + [2, 0] + maker + pointer + place
            image.metadata.iptc = [0x1C, 2, 5, 0, 1, 65]
            image.metadata.text = [.init(keyword: "Title", value: "a field")]
            try image.write(to: self.place.path + "/a.jpg")
            let cases: [([String], [UInt8]?, Bool)] = [
                ([], image.metadata.exif, true), (["--strip-gps"], without, true), (["--strip-metadata"], nil, false),
            ]
            for (flags, exif, keeps) in cases {
                for name in ["b.jpg", "b.tif", "b.png"] {
                    let arguments = ["upscale", "a.jpg", "-o", name, "-m", "tiny", "--no-provenance"] + flags
                    #expect(try Program.run(arguments, in: self.place.path).status == 0)
                    let made = try Image.read(self.place.path + "/" + name).metadata
                    #expect(name == "b.tif" && keeps || made.exif == exif)
                    #expect((made.exif == nil) == (exif == nil))
                    #expect(made.iptc == (keeps ? image.metadata.iptc : nil))
                    #expect(made.text.isEmpty == !keeps)
                }
            }
        }

        /// As a whole and in strips.
        @Test(arguments: [[], ["--memory", "1"]]) func xmpSaysTheNewSize(arguments: [String]) throws {
            var image = image(300, 410)
            func packet(_ width: Int, _ height: Int) -> String {
                "<x xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" exif:PixelXDimension=\"\(width)\" "
                    + "exif:PixelYDimension=\"\(height)\"/>"
            }
            image.metadata.xmp = packet(300, 410)
            try image.write(to: place.path + "/a.png")
            let result = try Program.run(
                ["upscale", "a.png", "-m", "tiny", "-o", "b.png", "--no-provenance"] + arguments, in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            #expect(try Image.read(place.path + "/b.png").metadata.xmp == packet(600, 820))
        }

        @Test func sizesAreAsAskedFor() throws {
            try image(20, 16).write(to: place.path + "/a.png")
            for (arguments, width, height) in [
                (["--scale", "3"], 60, 48), (["--outscale", "1.5"], 30, 24), (["--width", "50"], 50, 40),
                (["--width", "50", "--height", "50", "--fit", "stretch"], 50, 50), (["-x", "-s", "1"], 20, 16),
            ] {
                let result = try Program.run(
                    ["upscale", "a.png", "-m", "tiny", "-o", "b.png"] + arguments, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                let made = try Image.read(place.path + "/b.png")
                #expect((made.width, made.height) == (width, height))
            }
            let tooLarge = try Program.run(
                ["upscale", "a.png", "-m", "tiny", "-o", "b.png", "--width", "1000"], in: place.path)
            #expect(tooLarge.status == 1 && tooLarge.errors.contains("the limit is 16 times"))
        }

        @Test(arguments: ["a.png", "a.jpg"]) func largeImagesGoThroughInStripsAndComeOutTheSame(name: String) throws {
            try image(300, 410).write(to: place.path + "/" + name)
            try upscale(name, "-o", "whole.png")
            let result = try upscale(
                name, "-o", "strips.png", "--memory", "1", "--report", "r.jsonl", "--compare", "c.png")
            #expect(result.errors.contains("writing 0.0 s"), "it was not worked on in strips: \(result.errors)")
            let (whole, made) = (try Image.read(place.path + "/whole.png"), try Image.read(place.path + "/strips.png"))
            #expect(made.samples == whole.samples && made.metadata == whole.metadata)
            let both = try Image.read(place.path + "/c.png")
            #expect(both.width == 644 && both.height == 324)
            let report = try String(contentsOfFile: place.path + "/r.jsonl", encoding: .utf8)
            #expect(report.contains("\"output_width\":600,\"output_height\":820"))
            try upscale(name, "-o", "strips.jpg", "--memory", "1")
            let packed = try Image.read(place.path + "/strips.jpg")
            #expect((packed.width, packed.height) == (600, 820))
        }

        @Test func brokenImagesLeaveNothingInStrips() throws {
            let bytes = try image(300, 410).encoded(as: .png())
            try Data(bytes[..<(bytes.count / 2)]).write(to: URL(fileURLWithPath: place.path + "/a.png"))
            let arguments = ["upscale", "a.png", "-m", "tiny", "-o", "out", "--memory", "1"]
            let result = try Program.run(arguments, in: place.path)
            #expect(result.status == 1 && result.errors.contains("--allow-partial"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/out").isEmpty)
            #expect(try Program.run(arguments + ["--allow-partial"], in: place.path).status == 0)
            #expect(try Image.read(place.path + "/out/a.png").height == 820)
        }

        @Test func withoutAModelItIsAShippedOneForTheFactor() throws {
            try place.writeUpscaler("photo-x2", seed: 5)
            try place.writeUpscaler("photo-x4", seed: 6)
            try image(20, 16).write(to: place.path + "/a.png")
            func made(_ arguments: String...) throws -> Image.Samples {
                let result = try Program.run(["upscale", "a.png", "-o", "b.png"] + arguments, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                return try Image.read(place.path + "/b.png").samples
            }
            #expect(try made("-s", "2") == made("-s", "2", "-m", "photo-x2"))
            #expect(try made("-s", "3") == made("-s", "3", "-m", "photo-x4"))
            #expect(try made() == made("-m", "photo-x4"))
            #expect(try made() != made("-m", "photo-x2"))
        }

        @Test func twoModelsCanBeBlended() throws {
            try image(20, 16).write(to: place.path + "/a.png")
            func made(_ arguments: String...) throws -> Image.Samples {
                let result = try Program.run(
                    ["upscale", "a.png", "-o", "b.png", "--keep-shift"] + arguments, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                return try Image.read(place.path + "/b.png").samples
            }
            let own = try made("-m", "tiny")
            let other = try made("-m", "tiny-wdn")
            #expect(own != other)
            #expect(try made("-m", "tiny", "--denoise", "1") == own)
            #expect(try made("-m", "tiny", "-dn", "0", "--denoise-with", "tiny-wdn") == other)
            let half = try made("-m", "tiny", "--denoise", "0.5")
            #expect(half != own && half != other)
        }

        @Test func modelsFollowEachOther() throws {
            try place.writeUpscaler("clean", scale: 1, seed: 8)
            try image(20, 16).write(to: place.path + "/a.png")
            func run(_ input: String, _ output: String, _ arguments: String...) throws -> Program.Result {
                let result = try Program.run(["upscale", input, "-o", output] + arguments, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                return result
            }
            _ = try run("a.png", "b.png", "-m", "clean", "-m", "tiny", "--report", "r.jsonl")
            let made = try Image.read(place.path + "/b.png")
            #expect((made.width, made.height) == (40, 32))
            #expect(made.metadata.text.contains { $0.keyword == "Model" && $0.value == "clean + tiny" })
            let report = try String(contentsOfFile: place.path + "/r.jsonl", encoding: .utf8)
            #expect(report.contains("\"model\":\"clean + tiny\""))
            _ = try run("a.png", "alone.png", "-m", "tiny")
            #expect(try Image.read(place.path + "/alone.png").samples != made.samples)
            // A model that keeps the size.
            _ = try run("a.png", "same.png", "-m", "clean", "--scale", "1")
            let same = try Image.read(place.path + "/same.png")
            #expect((same.width, same.height) == (20, 16) && same.samples != image(20, 16).samples)
            _ = try run("a.png", "thrice.png", "-m", "clean", "-m", "tiny", "--scale", "3")
            #expect(try Image.read(place.path + "/thrice.png").width == 60)
            // A folder, in strips; what another chain made is counted.
            try FileManager.default.createDirectory(atPath: place.path + "/in", withIntermediateDirectories: true)
            for name in ["c.png", "d.png"] { try image(300, 210).write(to: place.path + "/in/" + name) }
            _ = try run("in", "out", "-m", "clean", "-m", "tiny", "--memory", "1")
            _ = try run("in", "whole", "-m", "clean", "-m", "tiny")
            for name in ["c.png", "d.png"] {
                let (strips, whole) = (
                    try Image.read(place.path + "/out/" + name), try Image.read(place.path + "/whole/" + name)
                )
                #expect(strips.samples == whole.samples && strips.width == 600)
            }
            let kept = try run("in", "out", "-m", "clean", "-m", "tiny", "--skip-existing")
            #expect(!kept.errors.contains("another model"))
            let other = try run("in", "out", "-m", "tiny", "--skip-existing")
            #expect(other.errors.contains("another model"), "\(other.errors)")
        }

        @Test func whatLiesBeyondTheBorderIsAMatterOfChoice() throws {
            try image(40, 30).write(to: place.path + "/a.png")
            func made(_ arguments: String...) throws -> Image.Samples {
                let result = try Program.run(
                    ["upscale", "a.png", "-m", "tiny", "-o", "b.png", "--keep-shift"] + arguments, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                return try Image.read(place.path + "/b.png").samples
            }
            #expect(try made() == made("--pre-pad", "10"))
            #expect(try made("--pre-pad", "0") != made())
        }

        @Test func mistakesAreTold() throws {
            try image(20, 16).write(to: place.path + "/a.png")
            for arguments in [
                ["-m", "missing"], ["-m", "tiny", "--scale", "17"], ["-m", "tiny", "--scale", "2", "--width", "9"],
                ["-m", "tiny", "--tile", "8"], ["-m", "tiny", "--denoise", "2"],
                ["-m", "tiny", "--denoise", "0.5", "--denoise-with", "missing"], ["-m", "tiny", "--fit", "best"],
                ["-m", "tiny", "--compare", "c.gif"], ["-m", "tiny", "--pre-pad", "-1"],
                ["-m", "tiny", "-m", "missing"], ["-m", "tiny", "-m", "tiny", "--denoise", "0.5"],
            ] {
                let result = try Program.run(["upscale", "a.png"] + arguments, in: place.path)
                #expect(result.status == 64, "\(arguments): \(result.errors)")
            }
        }
    }
}
