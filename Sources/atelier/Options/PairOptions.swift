import ArgumentParser
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

    @Option(
        help: ArgumentHelp("How far the hand strays from the true line, in such pixels. [0.8]", valueName: "pixels"))
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
