import ImageFiles
import TensorCore
import Testing

@testable import ImageData

/// Pairs with what a translator is told beside the drawing.
@Suite struct ConditionedPairTests {
    /// Photos of two classes: the left half is red in one and green in the other, the right half blue.
    private func photos() throws -> SampleFolder {
        let folder = try SampleFolder()
        for (name, left) in [("red", [200, 0, 0]), ("green", [0, 200, 0])] as [(String, [UInt8])] {
            for number in 0..<3 {
                var samples: [UInt8] = []
                for _ in 0..<32 { for x in 0..<32 { samples += x < 16 ? left : [0, 0, 200] } }
                try folder.write(
                    Image(width: 32, height: 32, channels: 3, samples8: samples), to: "train/\(name)/\(number).png")
            }
        }
        return folder
    }

    private func loader(
        _ folder: SampleFolder, batch: Int = 4, seed: UInt64 = 5, share: Share = .whole,
        _ change: (inout PairConditions) -> Void
    ) throws -> PairLoader {
        var conditions = PairConditions()
        change(&conditions)
        return PairLoader(
            try PairReader.open(folder.path, sketched: true),
            frame: PairFrame(loadSize: 32, cropSize: 32, inputChannels: 1), batch: batch, conditions: conditions,
            seed: seed, share: share)
    }

    @Test func classesAreFolders() throws {
        let folder = try photos()
        let dataset = try PairReader.open(folder.path, sketched: true)
        #expect(try PairClasses(of: dataset).names == ["green", "red"])
        #expect(dataset.className(0) == "green" && dataset.className(5) == "red")
        try folder.write(plainImage(32, 32, [0, 0, 0]), to: "train/alone.png")
        let error = failure { _ = try PairClasses(of: PairReader.open(folder.path, sketched: true)) }
        guard case .noClasses(_, let file)? = error as? PairError else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file.hasSuffix("alone.png"))
        let twins = try SampleFolder()
        for name in ["a/1", "b/1"] {
            for side in ["A", "B"] { try twins.write(plainImage(32, 32, [9, 9, 9]), to: "\(side)/\(name).png") }
        }
        #expect(try PairClasses(of: PairReader.open(twins.path)).names == ["a", "b"])
    }

    @Test func theClassPlaneIsThatOfThePhoto() throws {
        let folder = try photos()
        let loader = try loader(folder) { $0.classNames = ["green", "red"] }
        for step in 0..<3 {
            let batch = try loader.batch(at: step)
            #expect(batch.inputs.shape == [4, 3, 32, 32] && batch.drawings.shape == [4, 1, 32, 32])
            let (inputs, targets) = (batch.inputs.values, batch.targets.values)
            for number in 0..<4 {
                // Mirrored or not, a photo has red in a corner or green.
                let isRed = max(targets[number * 3072], targets[number * 3072 + 31]) > 0
                #expect(inputs[number * 3072 + 1024] == (isRed ? 0 : 1))
                #expect(inputs[number * 3072 + 2048] == (isRed ? 1 : 0))
            }
        }
        #expect(try loader.pair(5).inputs.values.suffix(1024).allSatisfy { $0 == 1 })
    }

    @Test func someAreShownWithoutTheirClass() throws {
        let folder = try photos()
        let loader = try loader(folder, batch: 6) {
            ($0.classNames, $0.unlabeledShare) = (["green", "red"], 0.5)
        }
        let labeled = try (0..<10).map { step in
            let values = try loader.batch(at: step).inputs.values
            return (0..<6).count { values[$0 * 3072 + 1024] + values[$0 * 3072 + 2048] == 1 }
        }.reduce(0, +)
        #expect((18...42).contains(labeled), "\(labeled) of 60")
    }

    @Test func hintsLieWhereTheirColorsAre() throws {
        let folder = try photos()
        let loader = try loader(folder) { $0.hints = HintRecipe(share: 1, mostDabs: 20) }
        var (right, count) = (0, 0)
        for step in 0..<6 {
            let batch = try loader.batch(at: step)
            #expect(batch.inputs.shape == [4, 5, 32, 32])
            let (inputs, targets) = (batch.inputs.values, batch.targets.values)
            for number in 0..<4 {
                for pixel in 0..<1024 where inputs[(number * 5 + 4) * 1024 + pixel] == 1 {
                    count += 1
                    let isClose = (0..<3).allSatisfy {
                        abs(inputs[(number * 5 + 1 + $0) * 1024 + pixel] - targets[(number * 3 + $0) * 1024 + pixel])
                            < 0.1
                    }
                    if isClose { right += 1 }
                }
            }
            #expect(try loader.batch(at: step).inputs.values == batch.inputs.values)
        }
        // A dab that crosses the middle has the color of where it began.
        #expect(count > 500 && Double(right) > 0.75 * Double(count), "\(right) of \(count)")
        #expect(try loader.pair(0).inputs.values.suffix(4096).allSatisfy { $0 == 0 })
    }

    @Test func changesOfDrawingsLeaveTargets() throws {
        let folder = try photos()
        let (plain, changed) = (try loader(folder) { _ in }, try loader(folder) { $0.variation = DrawingVariation() })
        let (a, b) = (try plain.batch(at: 2), try changed.batch(at: 2))
        #expect(a.targets.values == b.targets.values && a.inputs.values != b.inputs.values)
        #expect(try loader(folder) { $0.variation = DrawingVariation() }.batch(at: 2).inputs.values == b.inputs.values)
        #expect(try plain.pair(1).inputs.values == changed.pair(1).inputs.values)
    }

    @Test func regionsAreThoseOfTheDrawingBeforeItsChanges() throws {
        let folder = try photos()
        func batch(_ strength: Double) throws -> PairBatch {
            try loader(folder) { ($0.findsRegions, $0.variation) = (true, DrawingVariation(strength: strength)) }
                .batch(at: 1)
        }
        let (steady, changed) = (try batch(0), try batch(1))
        #expect(steady.regions.count == 4 && steady.regions == changed.regions)
        for (number, regions) in steady.regions.enumerated() {
            let drawing = Image(steady.drawings, index: number)
            #expect(regions == DrawingRegions(of: drawing))
        }
    }

    @Test(arguments: [2, 3]) func partsOfRanksAreThoseOfTheWholeBatch(_ ranks: Int) throws {
        let folder = try photos()
        func loader(_ share: Share) throws -> PairLoader {
            try self.loader(folder, batch: 6, share: share) {
                ($0.variation, $0.hints, $0.findsRegions) = (DrawingVariation(), HintRecipe(share: 0.5), true)
                ($0.classNames, $0.unlabeledShare) = (["green", "red"], 0.5)
            }
        }
        let alone = try loader(.whole)
        let parts = try (0..<ranks).map { try loader(Share(index: $0, count: ranks)) }
        for step in [0, 4, 1] {
            let whole = try alone.batch(at: step)
            let found = try parts.map { try $0.batch(at: step) }
            #expect(found.flatMap(\.indices) == whole.indices && found.flatMap(\.regions) == whole.regions)
            #expect(found.flatMap(\.inputs.values) == whole.inputs.values)
            #expect(found.flatMap(\.targets.values) == whole.targets.values)
            // The first rank also makes whole batches, to measure and to show.
            #expect(try parts[0].whole(at: step).inputs.values == whole.inputs.values)
        }
    }
}
