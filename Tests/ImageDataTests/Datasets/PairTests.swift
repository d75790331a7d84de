import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct PairTests {
    /// Noise without any symmetry, so that a shift or a flip shows.
    private func noise(_ width: Int, _ height: Int, seed: UInt64) -> [UInt8] {
        Random(seed: seed).integers(width * height, in: 0..<256).map { UInt8($0) }
    }

    private func image(_ samples: [UInt8], width: Int) -> Image {
        Image(width: width, height: samples.count / width, channels: 1, samples8: samples)
    }

    /// Side-by-side images whose right half is the negative of the left.
    private func negatives(_ count: Int, side: Int = 24, below folder: String = "train") throws -> SampleFolder {
        let sample = try SampleFolder()
        try sample.makeFolder(folder)
        for number in 0..<count {
            let left = noise(side, side, seed: UInt64(number))
            var whole: [UInt8] = []
            for y in 0..<side {
                let row = left[(y * side)..<((y + 1) * side)]
                whole += row + row.map { 255 - $0 }
            }
            try sample.write(image(whole, width: 2 * side), to: "\(folder)/\(number).png")
        }
        return sample
    }

    @Test func cutsAndFlipsKeepPairsAligned() throws {
        let folder = try negatives(5)
        let frame = PairFrame(loadSize: 24, cropSize: 16, inputChannels: 1, targetChannels: 1)
        let loader = PairLoader(try PairReader.open(folder.path), frame: frame, batch: 4, seed: 3)
        var corners: Set<Float> = []
        for step in 0..<6 {
            let batch = try loader.batch(at: step)
            #expect(batch.inputs.shape == [4, 1, 16, 16] && batch.targets.shape == [4, 1, 16, 16])
            for (a, b) in zip(batch.inputs.values, batch.targets.values) { #expect(abs(a + b) < 1e-6) }
            corners.insert(batch.inputs.values[0])
        }
        #expect(corners.count > 3, "the cuts differ")
    }

    @Test func directionSwapsTheHalves() throws {
        let folder = try negatives(1)
        let frame = PairFrame(loadSize: 24, cropSize: 24, flip: false, inputChannels: 1, targetChannels: 1)
        let forth = try PairLoader(PairReader.open(folder.path), frame: frame, batch: 1, seed: 1).pair(0)
        let back = try PairLoader(
            PairReader.open(folder.path, direction: .bToA), frame: frame, batch: 1, seed: 1
        ).pair(0)
        #expect(forth.inputs.values == back.targets.values && forth.targets.values == back.inputs.values)
        #expect(forth.inputs.values != forth.targets.values)
    }

    @Test func batchDependsOnSeedAndStepOnly() throws {
        let folder = try negatives(6)
        let dataset = try PairReader.open(folder.path, sketched: true)
        let frame = PairFrame(loadSize: 24, cropSize: 20, inputChannels: 1, targetChannels: 1)
        func loader(_ seed: UInt64) -> PairLoader {
            PairLoader(dataset, frame: frame, batch: 2, recipe: SketchRecipe(style: SketchStyle(jitter: 1)), seed: seed)
        }
        let straight = loader(5)
        let known = try (0..<5).map { try straight.batch(at: $0) }
        let jumping = loader(5)
        for step in [4, 1, 3] {
            let again = try jumping.batch(at: step)
            #expect(again.indices == known[step].indices)
            #expect(again.inputs.values == known[step].inputs.values)
            #expect(again.targets.values == known[step].targets.values)
        }
        #expect(try loader(6).batch(at: 0).inputs.values != known[0].inputs.values)
    }

    @Test func photosBecomeTheirSketches() throws {
        let folder = try SampleFolder()
        let samples = (0..<(64 * 64)).map { UInt8($0 % 64 < 32 ? 20 : 230) }
        try folder.write(image(samples, width: 64), to: "edge.png")
        let dataset = try PairReader.open(folder.path, sketched: true)
        let frame = PairFrame(loadSize: 64, cropSize: 64, inputChannels: 3, targetChannels: 3)
        let loader = PairLoader(dataset, frame: frame, batch: 1, seed: 1)
        let pair = try loader.pair(0)
        #expect(pair.inputs.shape == [1, 3, 64, 64])
        let row = Array(pair.inputs.values[(32 * 64)..<(33 * 64)])
        #expect(row[26...37].contains { $0 < 0 }, "a line at the edge")
        #expect(row[0] > 0.9 && row[63] > 0.9, "paper elsewhere")
    }

    @Test func twinFoldersMatchByStemAndNameTheRest() throws {
        let folder = try SampleFolder()
        for side in ["trainA", "trainB"] { try folder.makeFolder(side) }
        for name in ["1.png", "2.png", "only-a.png"] {
            try folder.write(image(noise(8, 8, seed: 1), width: 8), to: "trainA/\(name)")
        }
        for name in ["2.png", "1.png", "only-b.png"] {
            try folder.write(image(noise(8, 8, seed: 2), width: 8), to: "trainB/\(name)")
        }
        let dataset = try PairReader.open(folder.path)
        #expect(dataset.layout == .twinFolders && dataset.count == 2)
        #expect(dataset.notes.count == 2)
        #expect(
            dataset.notes.contains { $0.contains("only-a.png") } && dataset.notes.contains { $0.contains("only-b.png") }
        )
        #expect(throws: PairError.self) { try PairReader.open(folder.path, split: .test) }
    }

    @Test func brokenPairsAreReplacedAndNamed() throws {
        let folder = try negatives(3)
        try folder.write([1, 2, 3] as [UInt8], to: "train/1.png")
        let frame = PairFrame(loadSize: 24, cropSize: 24, inputChannels: 1, targetChannels: 1)
        let loader = PairLoader(try PairReader.open(folder.path), frame: frame, batch: 3, seed: 1)
        #expect(try loader.batch(at: 0).indices.allSatisfy { $0 != 1 })
        #expect(loader.warnings.count == 1 && loader.warnings[0].contains("1.png"))
    }

    /// Two even halves, one dark and one light, of a size of their own.
    private func joined(_ width: Int, _ height: Int, stacked: Bool, seed: UInt64) -> Image {
        let grain = noise(width, height, seed: seed)
        let samples = (0..<width * height).map { index -> UInt8 in
            let isFirst = stacked ? index / width < height / 2 : index % width < width / 2
            return (isFirst ? 30 : 200) + grain[index] / 16
        }
        return image(samples, width: width)
    }

    /// Proportions alone do not tell; the seam does.
    @Test(arguments: [
        (60, 20, false), (20, 25, false), (20, 40, true), (20, 20, true), (20, 20, false), (30, 40, true),
    ])
    func theSeamTellsHowPairsLie(_ width: Int, _ height: Int, _ stacked: Bool) throws {
        let folder = try SampleFolder()
        for number in 0..<5 {
            try folder.write(joined(width, height, stacked: stacked, seed: UInt64(number)), to: "\(number).png")
        }
        let dataset = try PairReader.open(folder.path)
        #expect(dataset.layout == (stacked ? .stacked : .sideBySide) && dataset.count == 5)
        #expect(dataset.notes.contains { $0.contains("\(width)×\(height) are treated as two of") })
        guard case .images(let input, let target) = try dataset.pair(3) else { return }
        #expect((input.width, input.height) == (stacked ? width : width / 2, stacked ? height / 2 : height))
        guard case .bits8(let dark) = input.samples, case .bits8(let light) = target.samples else { return }
        #expect(dark.allSatisfy { $0 < 100 } && light.allSatisfy { $0 > 100 })
    }

    @Test func aLayoutThatIsSaidOverrulesProportions() throws {
        let folder = try SampleFolder()
        for number in 0..<3 { try folder.write(image(noise(36, 12, seed: 1), width: 36), to: "\(number).png") }
        for (layout, size) in [(PairLayout.sideBySide, (18, 12)), (.stacked, (36, 6))] {
            let dataset = try PairReader.open(folder.path, layout: layout)
            guard case .images(let input, let target) = try dataset.pair(1) else { return }
            #expect(dataset.layout == layout && dataset.notes.isEmpty)
            #expect((input.width, input.height) == size && (target.width, target.height) == size)
        }
        #expect(throws: PairError.self) { try PairReader.open(folder.path, layout: .twinFolders) }
        for side in ["A", "B"] { try folder.write(image(noise(8, 8, seed: 1), width: 8), to: "\(side)/1.png") }
        #expect(try PairReader.open(folder.path).layout == .twinFolders)
        #expect(try PairReader.open(folder.path, layout: .stacked).count == 3)
    }

    @Test func aSingleImageIsNotTakenForAPair() throws {
        for (width, height) in [(20, 20), (20, 25), (36, 12), (20, 40)] {
            let folder = try SampleFolder()
            for number in 0..<4 {
                try folder.write(image(noise(width, height, seed: UInt64(number)), width: width), to: "\(number).png")
            }
            let words = failure { _ = try PairReader.open(folder.path) }.map { "\($0)" } ?? ""
            #expect(words.contains("--layout side-by-side"), "\(width)×\(height): \(words)")
        }
    }

    @Test func wrongLayoutsSayWhatToChange() throws {
        func message(_ body: () throws -> Void) -> String { failure(body).map { "\($0)" } ?? "" }
        let three = try SampleFolder()
        try three.write(image(noise(36, 12, seed: 1), width: 36), to: "a.png")
        #expect(message { _ = try PairReader.open(three.path) }.contains("looks like three"))

        let empty = try SampleFolder()
        for side in ["A", "B"] { try empty.makeFolder(side) }
        try empty.write(image(noise(8, 8, seed: 1), width: 8), to: "A/1.png")
        #expect(message { _ = try PairReader.open(empty.path) }.contains("\(empty.path)/B: there are no images here"))

        try empty.write(image(noise(8, 8, seed: 1), width: 8), to: "B/other.png")
        #expect(message { _ = try PairReader.open(empty.path) }.contains("give both images of a pair the same name"))

        let nested = try SampleFolder()
        try nested.makeFolder("roses")
        try nested.write(image(noise(8, 8, seed: 1), width: 8), to: "roses/1.png")
        #expect(message { _ = try PairReader.open(nested.path) }.contains("--sketch"))

        let frame = PairFrame(loadSize: 200, cropSize: 256)
        #expect(message { try frame.check() }.contains("--crop-size 200"))

        let shapes = try SampleFolder()
        for side in ["A", "B"] { try shapes.makeFolder(side) }
        try shapes.write(image(noise(8, 8, seed: 1), width: 8), to: "A/1.png")
        try shapes.write(image(noise(16, 8, seed: 1), width: 16), to: "B/1.png")
        #expect(message { _ = try PairReader.open(shapes.path).pair(0) }.contains("different proportions"))
    }
}
