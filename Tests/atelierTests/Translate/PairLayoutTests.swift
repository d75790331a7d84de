import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// What `atelier train pix2pix` says to folders that hold no pairs as it knows them.
    @Suite struct PairLayoutTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        private func refused(_ arguments: [String], saying words: String...) throws {
            let result = try Program.run(arguments, in: place.path)
            #expect(result.status == 1, "\(result.errors)")
            for word in words { #expect(result.errors.contains(word), "“\(word)” is not in: \(result.errors)") }
            #expect(!place.exists(arguments.contains("other") ? "other" : "run"))
        }

        private func drawing(_ number: Int) -> Image { Workplace.pair(number).drawing }

        @Test func anEmptySideIsNamed() throws {
            for number in 0..<3 { try place.write(drawing(number), to: "twins/B/\(number).png") }
            try FileManager.default.createDirectory(atPath: place.path + "/twins/A", withIntermediateDirectories: true)
            try refused(
                place.translatorTraining("twins"), saying: "twins/A: there are no images here", "3 in", "twins/B")
        }

        @Test func everyImageWithoutAPartnerIsNamed() throws {
            for number in 0..<40 { try place.write(drawing(number), to: "twins/A/\(number).png") }
            for number in 0..<40 where number % 4 == 0 {
                try place.write(Workplace.pair(number).colors, to: "twins/B/\(number).png")
            }
            let result = try Program.run(place.translatorTraining("twins"), in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            for number in 0..<40 {
                #expect(result.errors.contains("A/\(number).png has no partner") == (number % 4 != 0))
            }
        }

        @Test func foldersWithNoNameInCommonAreRefused() throws {
            try place.write(drawing(1), to: "twins/A/a.png")
            try place.write(drawing(1), to: "twins/B/b.png")
            try refused(
                place.translatorTraining("twins"), saying: "a.png", "b.png", "give both images of a pair the same name")
        }

        @Test func cutsLargerThanTheImages() throws {
            for number in 0..<2 { try place.write(Workplace.whole(number), to: "pairs/\(number).png") }
            func training(_ more: String...) -> [String] { place.translatorTraining("pairs") + more }
            try refused(
                training("--crop-size", "64"), saying: "about 16×16", "--crop-size 16", "--load-size 72")
            try refused(
                training("--crop-size", "64", "--load-size", "32"), saying: "loaded at 32", "--crop-size 32")
            let upscaled = try Program.run(
                training("--crop-size", "32", "--load-size", "36", "--net-g", "unet_16"), in: place.path)
            #expect(upscaled.status == 0, "\(upscaled.errors)")
        }

        @Test func threeImagesSideBySide() throws {
            for number in 0..<3 {
                try place.write(
                    Workplace.beside([drawing(number), drawing(number), drawing(number)]), to: "three/\(number).png")
            }
            try refused(place.translatorTraining("three"), saying: "48×16", "looks like three", "keep the two")
        }

        @Test func aLayoutThatIsSaidIsTaken() throws {
            for number in 0..<3 {
                let three = Workplace.beside([drawing(number), drawing(number), drawing(number)])
                try place.write(three, to: "three/\(number).png")
            }
            let taken = try Program.run(
                place.translatorTraining("three") + ["--layout", "side-by-side"], in: place.path)
            #expect(taken.status == 0 && !taken.errors.contains("treated as"), "\(taken.errors)")
            let stacked = try Program.run(
                place.translatorTraining("shapes/bar", out: "stacked") + ["--layout", "stacked"], in: place.path)
            #expect(stacked.status == 0 && stacked.errors.contains("pairs stacked, about 16×8"), "\(stacked.errors)")
            try refused(
                place.translatorTraining("three", out: "other") + ["--layout", "twin-folders"],
                saying: "these are not pairs")
            for wrong in [["--layout", "diagonal"], ["--layout", "stacked", "--sketch", "lines"]] {
                let result = try Program.run(
                    place.translatorTraining("three", out: "other") + wrong, in: place.path)
                #expect(result.status == 64, "\(result.errors)")
            }
        }

        @Test func pairsThatWeWriteCanBeTrainedOn() throws {
            for number in 0..<3 {
                for (side, gray) in [("A", UInt8(20)), ("B", 220)] {
                    let image = Image(
                        width: 24, height: 16, channels: 1,
                        samples8: (0..<24 * 16).map { gray + UInt8(($0 * 7 + number) % 13) })
                    try place.write(image, to: "twins/\(side)/\(number).png")
                }
            }
            #expect(try Program.run(["data", "pair", "twins", "-o", "joined", "--quiet"], in: place.path).status == 0)
            let trained = try Program.run(place.translatorTraining("joined"), in: place.path)
            #expect(trained.status == 0, "\(trained.errors)")
            #expect(trained.errors.contains("images of 48×16 are treated as two of 24×16 side by side"))
        }

        @Test func photosAloneNeedSketches() throws {
            try refused(place.translatorTraining("shapes"), saying: "add --sketch lines")
            try refused(place.translatorTraining("shapes/bar"), saying: "16×16 is one image", "--sketch lines")
            let sketched = try Program.run(
                place.translatorTraining("shapes/bar") + ["--sketch", "lines"], in: place.path)
            #expect(sketched.status == 0, "\(sketched.errors)")
            let landscapes = Workplace.beside([drawing(1), drawing(2), drawing(3), drawing(4)])
            try place.write(landscapes.cropped(width: 24), to: "wide/1.png")
            let doubtful = try Program.run(place.translatorTraining("wide", out: "doubtful"), in: place.path)
            #expect(doubtful.errors.contains("24×16 are treated as two of 12×16"), "\(doubtful.errors)")
        }

        @Test func directionsAndHandsAreChecked() throws {
            for (option, value, known) in [("--direction", "left", "AtoB"), ("--sketch", "crayon", "pencil")] {
                let result = try Program.run(place.translatorTraining("shapes") + [option, value], in: place.path)
                #expect(result.status == 64 && result.errors.contains(known), "\(result.errors)")
            }
        }

        @Test func brokenPairsAreLeftOutAndNamed() throws {
            for number in 0..<5 { try place.write(Workplace.whole(number), to: "pairs/\(number).png") }
            try place.bytes("pairs/2.png").prefix(70).write(to: URL(fileURLWithPath: place.path + "/pairs/2.png"))
            try place.write(Workplace.beside([drawing(1), drawing(1), drawing(1)]), to: "pairs/3.png")
            let result = try Program.run(place.translatorTraining("pairs") + ["--steps", "8"], in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.contains("Warning: skipped") && result.errors.contains("pairs/2.png"))
            #expect(result.errors.contains("pairs/3.png: 48×16"))
            #expect(place.exists("run/model/model.safetensors"))
        }
    }
}

extension Image {
    /// The left part, in color.
    fileprivate func cropped(width: Int) -> Image {
        guard case .bits8(let samples) = samples else { return self }
        var kept: [UInt8] = []
        for y in 0..<height { kept += samples.dropFirst(3 * self.width * y).prefix(3 * width) }
        return Image(width: width, height: height, channels: 3, samples8: kept)
    }
}
