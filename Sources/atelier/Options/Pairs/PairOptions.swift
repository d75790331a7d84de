import ArgumentParser
import ImageData

/// The pairs to train on, and their form.
struct PairOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The pairs: side-by-side or stacked images (also below train/, val/, test/), twin folders A/ and B/ or "
                + "trainA/ and trainB/, or with --sketch a folder of photos.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Which image of a pair is the input: AtoB (the left one) or BtoA.", valueName: "way"))
    var direction: PairDirection?

    @OptionGroup var arrangement: PairLayoutOption

    @OptionGroup var frame: FrameOptions

    @Option(
        name: [.customLong("sketch")],
        help: ArgumentHelp(
            "Train on photos alone: this hand (\(SketchHands.names)) draws the inputs from them. Repeat for more hands; "
                + "one named twice draws twice as often. any stands for all of them, and for --vary-drawings 1.",
            valueName: "hand"))
    var hands: [SketchHands] = []

    @Option(help: ArgumentHelp("Width of a sketch's lines, in pixels of an image 256 wide. [1.5]", valueName: "pixels"))
    var lineWidth: Double?

    @Option(
        name: [.customLong("simplify")],
        help: ArgumentHelp("How much detail sketches leave out, 0 to 1. [0.4]", valueName: "share"))
    var simplification: Double?

    @Option(
        help: ArgumentHelp("How far the hand strays from the true line, in the same pixels. [0.8]", valueName: "pixels")
    )
    var jitter: Double?

    @Option(
        help: ArgumentHelp(
            "How widely sketches vary, 0 to 1; more makes the model robust to different hands. [0.7]",
            valueName: "share"))
    var sketchVariation: Double?

    @Option(
        help: ArgumentHelp(
            "How many drawings, given or drawn, are changed at random, and how far, 0 to 1: other pens, gaps, missing "
                + "parts, photographed paper. [0; with --sketch any 1]", valueName: "share"))
    var varyDrawings: Double?

    @Flag(help: "Also learn what images show: images lie in one folder for each class.")
    var classes = false

    @Flag(help: "Also learn to honor dabs of color on drawings. In training they are drawn from the targets.")
    var colorHints = false

    func validate() throws {
        if arrangement.layout != nil, !hands.isEmpty {
            throw ValidationError("--layout is for pairs, --sketch for photos: use only one of them.")
        }
        for (name, value) in [
            ("simplify", simplification), ("sketch-variation", sketchVariation), ("vary-drawings", varyDrawings),
        ] {
            if let value, !(0...1).contains(value) { throw ValidationError("--\(name) must be from 0 to 1.") }
        }
        if hands.isEmpty, lineWidth ?? simplification ?? jitter ?? sketchVariation != nil {
            throw ValidationError("These settings are for sketches: add, for example, --sketch lines.")
        }
    }

    /// How a new run draws sketches; nil for complete pairs.
    var sketches: SketchRecipe? {
        let techniques = hands.techniques
        guard let first = techniques.first else { return nil }
        let style = SketchStyle(
            technique: first, lineWidth: lineWidth ?? 1.5, simplification: simplification ?? 0.4, jitter: jitter ?? 0.8)
        return SketchRecipe(style: style, techniques: techniques, variation: sketchVariation ?? 0.7)
    }

    /// The random changes of drawings; nil if nothing is said about them.
    var variation: DrawingVariation? {
        (varyDrawings ?? (hands.includeAll ? 1 : nil)).map { DrawingVariation(strength: $0) }
    }
}

extension PairDirection: ExpressibleByArgument {}
