import ArgumentParser
import Atelier
import ImageData

/// `atelier data sketch`.
struct DataSketchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sketch",
        abstract: "Draw sketches after photos.",
        discussion: """
            Three hands draw, each in gray on white and at the photo's own size:
              lines    thin lines along edges, as with a fine pen
              ink      strokes and filled shadows, as with a brush
              pencil   soft strokes that shade a little

            Examples:
              atelier data sketch photo.jpg -o sketch.png
              atelier data sketch photos/ -o sketches/ --hand ink --line-width 2
              atelier data sketch photos/ -o sketches/ --hand lines --hand pencil      photo-lines.jpg, photo-pencil.jpg
              atelier data sketch photos/ -o sketches/ --jitter 1.5 --simplify 0.8     as a quick hand would
              atelier data sketch photos/ -o sketches/ --count 4 --variation 1         four of each, no two alike

            --line-width, --simplify and --jitter are what “atelier train pix2pix --sketch” draws with: look at the \
            sketches here before training on them. To keep sketch and photo together, see “atelier data pair”.
            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C.
            """)

    @Option(
        name: [.customLong("hand"), .customLong("sketch")],
        help: ArgumentHelp(
            "Who draws: lines, ink or pencil. Repeat for a sketch by each; the hand is then part of the name. [lines]",
            valueName: "hand"))
    var hands: [SketchStyle.Technique] = []

    @OptionGroup(title: "Sketches") var drawing: DrawingOptions

    @Option(
        name: [.long, .customLong("sketch-variation")],
        help: ArgumentHelp(
            "How widely width, simplification and jitter vary from sketch to sketch, 0 to 1.", valueName: "share"))
    var variation = 0.0

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Sketches of each photo by each hand; they are numbered when there are more.", valueName: "n"))
    var count = 1

    @OptionGroup(title: "Images") var batch: BatchOptions

    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print one JSON object a line on the standard output instead of words.")
    var json = false

    func validate() throws {
        if !(0...1).contains(variation) { throw ValidationError("--variation has to be from 0 to 1.") }
        if !(1...999).contains(count) { throw ValidationError("--count has to be from 1 to 999.") }
        if count > 1, variation == 0, drawing.jitter == 0 {
            throw ValidationError("\(count) sketches would all be alike: add --variation 0.7 or --jitter 1.")
        }
    }

    func run() throws {
        let hands = hands.isEmpty ? [.lines] : SketchStyle.Technique.allCases.filter(hands.contains)
        var sketching = Sketching(hands: hands, style: drawing.style(.lines))
        sketching.variation = variation
        sketching.count = count
        sketching.seed = drawing.seed
        try batch.run("drawing", quiet: quiet, json: json) { settings, isCanceled, tell in
            try sketching.run(settings, telling: tell, isCanceled: isCanceled)
        }
    }
}
