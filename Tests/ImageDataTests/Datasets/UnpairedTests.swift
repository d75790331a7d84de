import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct UnpairedTests {
    /// Images of A have values below 128, those of B above.
    private func images(_ a: Int, _ b: Int, in folders: (String, String) = ("trainA", "trainB")) throws -> SampleFolder
    {
        let folder = try SampleFolder()
        for (side, count, base) in [(folders.0, a, 0), (folders.1, b, 128)] {
            try folder.makeFolder(side)
            for number in 0..<count {
                let samples = Random(seed: UInt64(base + number)).integers(24 * 24, in: base..<base + 128)
                try folder.write(
                    Image(width: 24, height: 24, channels: 1, samples8: samples.map { UInt8($0) }),
                    to: "\(side)/\(number).png")
            }
        }
        return folder
    }

    private let frame = PairFrame(loadSize: 24, cropSize: 16, inputChannels: 1, targetChannels: 1)

    @Test func bothSidesAreWalkedThroughOnTheirOwn() throws {
        let folder = try images(5, 3)
        let sides = try UnpairedImages(folder.path)
        #expect(sides.counts == (5, 3) && sides.count == 5 && sides.channels == (1, 1))
        let loader = UnpairedLoader(sides, frame: frame, batch: 2, seed: 3)
        var corners: Set<[Float]> = []
        for step in 0..<8 {
            let batch = try loader.batch(at: step)
            #expect(batch.a.shape == [2, 1, 16, 16] && batch.b.shape == [2, 1, 16, 16])
            #expect(batch.a.values.allSatisfy { $0 < 0 } && batch.b.values.allSatisfy { $0 > 0 })
            corners.insert([batch.a.values[0], batch.b.values[0]])
        }
        #expect(corners.count == 8, "combined and cut anew each time")
        let back = try UnpairedLoader(
            UnpairedImages(folder.path, direction: .bToA), frame: frame, batch: 1, seed: 3
        ).images(at: 0.5)
        #expect(back.a.values.allSatisfy { $0 > 0 } && back.b.values.allSatisfy { $0 < 0 })
    }

    @Test func batchDependsOnSeedAndStepOnly() throws {
        let folder = try images(4, 7, in: ("A", "B"))
        let sides = try UnpairedImages(folder.path)
        func loader(_ seed: UInt64) -> UnpairedLoader { UnpairedLoader(sides, frame: frame, batch: 2, seed: seed) }
        let straight = loader(5)
        let known = try (0..<5).map { try straight.batch(at: $0) }
        let jumping = loader(5)
        for step in [4, 1, 3] {
            let again = try jumping.batch(at: step)
            #expect(again.a.values == known[step].a.values && again.b.values == known[step].b.values)
        }
        #expect(try loader(6).batch(at: 0).a.values != known[0].a.values)
    }

    @Test func brokenImagesAreReplacedAndNamed() throws {
        let folder = try images(3, 3)
        try folder.write([1, 2, 3] as [UInt8], to: "trainB/1.png")
        let loader = UnpairedLoader(try UnpairedImages(folder.path), frame: frame, batch: 3, seed: 1)
        _ = try loader.batch(at: 0)
        #expect(loader.warnings.count == 1 && loader.warnings[0].contains("trainB/1.png"))
    }

    @Test func wrongLayoutsSayWhatToChange() throws {
        func message(_ folder: SampleFolder, _ split: PairSplit = .train) -> String {
            failure { _ = try UnpairedImages(folder.path, split: split) }.map { "\($0)" } ?? ""
        }
        let empty = try images(2, 0)
        #expect(message(empty).contains("trainB: no images: this folder needs images, like"))
        let flat = try SampleFolder()
        try flat.makeFolder("daisies")
        #expect(message(flat).contains("trainA/ and trainB/") && message(flat).contains("daisies/"))
        #expect(message(try images(2, 2), .test).contains("no test split"))
    }
}
