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
}
