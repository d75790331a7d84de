import ArgumentParser
import Atelier
import ImageData

/// `atelier data sketch`.
struct DataSketchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sketch",
        abstract: "Draw sketches from photos.",
        discussion: """
            Five hands draw, each in gray on white and at the photo's own size:
              lines      thin lines along edges, like those of a fine pen
              ink        strokes and filled shadows, like those of a brush
              pencil     soft strokes with some shading
              ballpoint  fine lines, darker where the pen is pressed
              marker     thick, soft lines along the main edges

            Examples:
              atelier data sketch photo.jpg -o sketch.png
              atelier data sketch photos/ -o sketches/ --hand ink --line-width 2
              atelier data sketch photos/ -o sketches/ --hand lines --hand pencil      photo-lines.jpg, photo-pencil.jpg
              atelier data sketch photos/ -o sketches/ --jitter 1.5 --simplify 0.8     as a quick hand would
              atelier data sketch photos/ -o sketches/ --count 4 --variation 1         four of each, no two alike
              atelier data sketch photos/ -o sketches/ --hand any --vary-drawings 1    as people draw and photograph

            “atelier train pix2pix --sketch” draws with the same --line-width, --simplify and --jitter: look at the \
            sketches here before training on them. To keep sketch and photo together, see “atelier data pair”.
            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C.
            """)

    @Option(
        name: [.customLong("hand"), .customLong("sketch")],
        help: ArgumentHelp(
            "The hand: \(SketchHands.names). Repeat for one sketch by each, with the hand in its name; any stands for "
                + "all. [lines]", valueName: "hand"))
    var hands: [SketchHands] = []

    @OptionGroup(title: "Sketches") var drawing: DrawingOptions

    @Option(
        name: [.long, .customLong("sketch-variation")],
        help: ArgumentHelp(
            "How widely width, simplification and jitter vary from sketch to sketch, 0 to 1.", valueName: "share"))
    var variation = 0.0

    @Option(
        help: ArgumentHelp(
            "How many sketches are changed at random, and how far, 0 to 1, as “train pix2pix --vary-drawings” does: other "
                + "pens, gaps, missing parts, photographed paper. [0]", valueName: "share"))
    var varyDrawings = 0.0

    @Flag(help: "The images are drawings; nothing is drawn from them, but --vary-drawings changes them.")
    var drawings = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Sketches of each photo by each hand; several are numbered.", valueName: "n"))
    var count = 1

    @OptionGroup(title: "Images") var batch: BatchOptions

    @OptionGroup var messages: MessageOptions

    func validate() throws {
        if !(0...1).contains(variation) { throw ValidationError("--variation must be from 0 to 1.") }
        if !(0...1).contains(varyDrawings) { throw ValidationError("--vary-drawings must be from 0 to 1.") }
        if drawings, !hands.isEmpty {
            throw ValidationError("--hand draws from photos, --drawings are drawn: use one of them.")
        }
        if drawings, varyDrawings == 0 {
            throw ValidationError("--drawings would stay as they are: add --vary-drawings 1.")
        }
        if !(1...999).contains(count) { throw ValidationError("--count must be from 1 to 999.") }
        if count > 1, variation == 0, drawing.jitter == 0, varyDrawings == 0 {
            throw ValidationError("\(count) sketches would all be alike: add --variation 0.7 or --jitter 1.")
        }
    }

    func run() throws {
        let hands = hands.isEmpty ? [.lines] : SketchStyle.Technique.allCases.filter(hands.techniques.contains)
        var sketching = Sketching(hands: hands, style: drawing.style(.lines))
        sketching.changes = varyDrawings > 0 ? DrawingVariation(strength: varyDrawings) : nil
        sketching.takesDrawings = drawings
        sketching.variation = variation
        sketching.count = count
        sketching.seed = drawing.seed
        try batch.run("drawing", messages) { settings, isCanceled, tell in
            try sketching.run(settings, telling: tell, isCanceled: isCanceled)
        }
    }
}
