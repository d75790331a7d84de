import ArgumentParser
import Foundation
import ImageData

/// Which pairs to learn from, and in what form.
struct PairOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The pairs: side-by-side pictures (also below train/, val/, test/), twin folders A/ and B/ or trainA/ and "
                + "trainB/, or with --sketch a folder of photos.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Which picture of a pair is the input: AtoB (the left one) or BtoA.", valueName: "way"))
    var direction: PairDirection?

    @Option(
        help: ArgumentHelp("Side that pictures are resized to. Default: an eighth above --crop-size.", valueName: "pixels"))
    var loadSize: Int?

    @Option(
        name: [.long, .customLong("size")],
        help: ArgumentHelp("Side of the part that is cut out and learnt from. [256]", valueName: "pixels"))
    var cropSize: Int?

    @Flag(name: [.long, .customLong("mirror")], inversion: .prefixedNo, help: "Show pairs mirrored, too. [on]")
    var flip: Bool?

    @Option(
        help: ArgumentHelp("What becomes of pictures that are not square: squeeze, crop or pad. [squeeze]", valueName: "way"))
    var fit: Fit?

    @Option(help: ArgumentHelp("Channels of the input: 1 or 3. Default: what the pictures have.", valueName: "n"))
    var inputChannels: Int?

    @Option(help: ArgumentHelp("Channels of the target: 1 or 3. Default: what the pictures have.", valueName: "n"))
    var outputChannels: Int?

    @Option(
        name: [.customLong("sketch")],
        help: ArgumentHelp(
            "Learn from photos alone: inputs are sketches drawn after them by this hand (lines, ink, pencil). Repeat "
                + "for more hands.", valueName: "hand"))
    var hands: [SketchStyle.Technique] = []

    @Option(help: ArgumentHelp("Width of a sketch's lines, in pixels of a picture 256 wide. [1.5]", valueName: "pixels"))
    var lineWidth: Double?

    @Option(
        name: [.customLong("simplify")],
        help: ArgumentHelp("How much detail sketches leave out, 0 to 1. [0.4]", valueName: "share"))
    var simplification: Double?

    @Option(help: ArgumentHelp("How far the hand strays from the true line, in such pixels. [0.8]", valueName: "pixels"))
    var jitter: Double?

    @Option(help: ArgumentHelp("How widely sketches vary, 0 to 1: robust against all hands. [0.7]", valueName: "share"))
    var sketchVariation: Double?

    func validate() throws {
        for (name, value) in [("load-size", loadSize), ("crop-size", cropSize)] {
            if let value, !(8...4096).contains(value) {
                throw ValidationError("--\(name) has to be from 8 to 4096, not \(value).")
            }
        }
        for (name, value) in [("input-channels", inputChannels), ("output-channels", outputChannels)] {
            if let value, value != 1 && value != 3 { throw ValidationError("--\(name) has to be 1 or 3, not \(value).") }
        }
        for (name, value) in [("simplify", simplification), ("sketch-variation", sketchVariation)] {
            if let value, !(0...1).contains(value) { throw ValidationError("--\(name) has to be from 0 to 1.") }
        }
        if hands.isEmpty, lineWidth ?? simplification ?? jitter ?? sketchVariation != nil {
            throw ValidationError("These settings are for sketches: say which hand draws them with --sketch lines.")
        }
    }

    /// The choice as a new run records it.
    ///
    /// - Throws: `UsageError` when no folder was given.
    func choice() throws -> PairChoice {
        guard let data else { throw UsageError("Say where the pairs are: --data DIR.") }
        return changed(PairChoice(path: data, direction: .aToB, sketched: !hands.isEmpty))
    }

    /// A recorded choice, with what was given now in its place.
    func changed(_ recorded: PairChoice) -> PairChoice {
        var choice = recorded
        if let data { choice.path = data.hasPrefix("/") ? data : FileManager.default.currentDirectoryPath + "/" + data }
        if let direction { choice.direction = direction }
        return choice
    }

    /// The frame of a new run.
    func frame(_ dataset: any PairDataset) -> PairFrame {
        let crop = cropSize ?? 256
        return PairFrame(
            loadSize: loadSize ?? crop + crop * 30 / 256, cropSize: crop, flip: flip ?? true, fit: fit ?? .squeeze,
            inputChannels: inputChannels ?? dataset.channels.input,
            targetChannels: outputChannels ?? dataset.channels.target)
    }

    /// How sketches are drawn in a new run; nil for pairs that are complete.
    var sketches: SketchRecipe? {
        guard let first = hands.first else { return nil }
        let style = SketchStyle(
            technique: first, lineWidth: lineWidth ?? 1.5, simplification: simplification ?? 0.4, jitter: jitter ?? 0.8)
        return SketchRecipe(style: style, techniques: hands, variation: sketchVariation ?? 0.7)
    }
}

extension PairDirection: ExpressibleByArgument {}
extension SketchStyle.Technique: ExpressibleByArgument {}

/// Which pairs a run learns from.
struct PairChoice: Codable, Equatable {
    var path: String
    var direction: PairDirection
    var sketched: Bool

    func open(_ split: PairSplit = .train) throws -> any PairDataset {
        try PairReader.open(path, split: split, direction: direction, sketched: sketched)
    }

    /// Pairs that are not learnt from, when the set keeps some apart; otherwise those that are.
    func openForShowing() throws -> any PairDataset {
        if let held = (try? open(.val)) ?? (try? open(.test)) { return held }
        return try open()
    }
}
