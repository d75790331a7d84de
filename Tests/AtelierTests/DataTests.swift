import Atelier
import Foundation
import Testing

/// Pairs and sketches.
@Suite struct DataTests {
    private let studio: Studio

    init() throws { studio = try Studio() }

    @Test func pairsChangeTheirLayout() throws {
        let summary = try PairConversion(of: studio("twins"), to: studio("pairs")).run()
        #expect(summary.written == 6 && summary.failed == 0)
        #expect(try Image(contentsOf: studio("pairs/train/0.png")).width == 32)
        #expect(try PairConversion(of: studio("twins"), to: studio("pairs")).run().kept == 6)
        try PairConversion(of: studio("pairs"), to: studio("back"), layout: .folders).run()
        #expect(
            try Image(contentsOf: studio("back/trainA/3.png")).samples
                == Image(contentsOf: studio("twins/trainA/3.png")).samples)
    }

    @Test func sketchesAreDrawnByEveryHand() throws {
        var sketching = Sketching(hands: [.lines, .ink])
        sketching.seed = 4
        let summary = try sketching.run(BatchSettings(inputs: [studio("photos")], output: studio("sketches")))
        #expect(summary.done == 6)
        #expect(try studio.files("sketches").prefix(2) == ["0-ink.png", "0-lines.png"])
    }

    @Test func drawingsAreChangedAtRandom() throws {
        var sketching = Sketching(hands: [.ballpoint])
        sketching.changes = DrawingVariation(strength: 1)
        sketching.count = 2
        let batch = BatchSettings(inputs: [studio("photos")], output: studio("varied"))
        #expect(try sketching.run(batch).done == 6)
        #expect(try studio.files("varied").count == 12)
        #expect(try studio.bytes("varied/1-1.png") != studio.bytes("varied/1-2.png"))
        // Drawings are not drawn from again.
        sketching.takesDrawings = true
        sketching.changes = DrawingVariation(strength: 0)
        try sketching.run(BatchSettings(inputs: [studio("shapes/bar")], output: studio("kept")))
        #expect(
            try Image(contentsOf: studio("kept/0-1.png")).samples
                == Image(contentsOf: studio("shapes/bar/0.png")).samples)
    }

    @Test(arguments: Degradation.allCases) func aSeedDegradesAPhotoInOneWay(_ degradation: Degradation) throws {
        func made(_ seed: UInt64, _ inputs: [String], to output: String) throws -> Image.Samples {
            let batch = BatchSettings(inputs: inputs.map { studio($0) }, output: studio(output))
            let summary = try Degrading(degradation, scale: 3, seed: seed).run(batch)
            #expect(summary.failed == 0 && summary.done > 0)
            return try Image(contentsOf: studio(output + "/2.png")).samples
        }
        let first = try made(1, ["photos"], to: "a")
        #expect(try made(1, ["photos/2.png", "photos/5.png"], to: "b") == first)
        #expect(try (made(2, ["photos"], to: "c") == first) == (degradation == .bicubic))
        #expect(try Image(contentsOf: studio("a/2.png")).width == 16)
    }
}
