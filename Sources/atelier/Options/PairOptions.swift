import ArgumentParser
import Foundation
import ImageData

/// Which pairs to learn from, and in what form.
struct PairOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The pairs: side-by-side images (also below train/, val/, test/), twin folders A/ and B/ or trainA/ and "
                + "trainB/, or with --sketch a folder of photos.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Which image of a pair is the input: AtoB (the left one) or BtoA.", valueName: "way"))
    var direction: PairDirection?

    @OptionGroup var frame: FrameOptions

    @Option(
        name: [.customLong("sketch")],
        help: ArgumentHelp(
            "Learn from photos alone: inputs are sketches drawn after them by this hand (lines, ink, pencil). Repeat "
                + "for more hands.", valueName: "hand"))
    var hands: [SketchStyle.Technique] = []

    @Option(help: ArgumentHelp("Width of a sketch's lines, in pixels of an image 256 wide. [1.5]", valueName: "pixels"))
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
        for (name, value) in [("simplify", simplification), ("sketch-variation", sketchVariation)] {
            if let value, !(0...1).contains(value) { throw ValidationError("--\(name) has to be from 0 to 1.") }
        }
        if hands.isEmpty, lineWidth ?? simplification ?? jitter ?? sketchVariation != nil {
            throw ValidationError("These settings are for sketches: say which hand draws them with --sketch lines.")
        }
    }

    /// The choice of a new run, or a recorded one with what was given now in its place.
    ///
    /// - Throws: `UsageError` when no folder was ever given.
    func choice(_ recorded: PairChoice?) throws -> PairChoice {
        try PairChoice(recorded, data: data, direction: direction, sketched: !hands.isEmpty)
    }

    /// Refuses images that are smaller than what is cut out of them, unless it was said that they are to be upscaled.
    ///
    /// - Throws: `PairError.imagesTooSmall`.
    func refuseUpscaling(_ dataset: any PairDataset, to frame: PairFrame) throws {
        let size = dataset.typicalSize
        guard self.frame.loadSize == nil, max(size.width, size.height) < frame.cropSize else { return }
        throw PairError.imagesTooSmall(size: size, crop: frame.cropSize)
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

/// Which images a translator learns from.
struct PairChoice: Codable, Equatable {
    var path: String
    var direction: PairDirection
    var sketched: Bool

    /// A recorded choice, or a new one, with what was given now in its place.
    init(_ recorded: PairChoice?, data: String?, direction: PairDirection?, sketched: Bool = false) throws {
        guard let path = data.map(absolutePath) ?? recorded?.path else {
            throw UsageError("Say where the images are: --data DIR.")
        }
        self.path = path
        self.direction = direction ?? recorded?.direction ?? .aToB
        self.sketched = recorded?.sketched ?? sketched
    }

    func open(_ split: PairSplit = .train) throws -> any PairDataset {
        try PairReader.open(path, split: split, direction: direction, sketched: sketched)
    }

    /// Pairs that are not learned from, when the set keeps some apart; otherwise those that are.
    func openForShowing() throws -> any PairDataset {
        if let held = (try? open(.val)) ?? (try? open(.test)) { return held }
        return try open()
    }

    func openUnpaired(_ split: PairSplit = .train) throws -> UnpairedImages {
        try UnpairedImages(path, split: split, direction: direction)
    }

    /// Images that are not learned from, when the set keeps some apart; otherwise those that are.
    func openUnpairedForShowing() throws -> UnpairedImages {
        if let held = (try? openUnpaired(.val)) ?? (try? openUnpaired(.test)) { return held }
        return try openUnpaired()
    }
}

private func absolutePath(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
