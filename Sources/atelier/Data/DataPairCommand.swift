import ArgumentParser
import Atelier
import Files
import ImageData

/// `atelier data pair`.
struct DataPairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Convert pairs to another layout, or make pairs from photos and their sketches.",
        discussion: """
            Examples:
              atelier data pair twins/ -o pairs/                       A/ and B/ become side-by-side images
              atelier data pair pairs/ -o twins/ --to folders          and back again
              atelier data pair photos/ -o pairs/ --sketch lines       sketches left, photos right

            All existing parts (train, val, test) are converted. Existing files stay as they are.
            """)

    @Argument(help: "The pairs, in any layout that “train pix2pix” reads, or a folder of photos.")
    var path: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String

    @Option(name: .customLong("to"), help: ArgumentHelp("side-by-side or folders.", valueName: "layout"))
    var layout = PairConversion.Layout.sideBySide

    @OptionGroup var arrangement: PairLayoutOption

    @Option(help: ArgumentHelp("Which image becomes A: the one that is A (AtoB) or the other.", valueName: "way"))
    var direction = PairDirection.aToB

    @Option(
        name: .customLong("sketch"),
        help: ArgumentHelp(
            "Treat the images as photos and draw their sketches: \(SketchHands.names).", valueName: "hand"))
    var hand: SketchStyle.Technique?

    @OptionGroup(title: "Sketches") var drawing: DrawingOptions

    @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
    var quiet = false

    func run() throws {
        var conversion = PairConversion(
            of: path, to: output, layout: layout, direction: direction, style: hand.map(drawing.style),
            seed: drawing.seed)
        conversion.sourceLayout = arrangement.layout
        let console = WorkConsole(isQuiet: quiet, showsProgress: true)
        let summary = try conversion.run(telling: console.tell)
        console.finish()
        if !quiet {
            let (kept, failed) = (summary.kept, summary.failed)
            let rest = [kept > 0 ? ", \(kept) were there already" : "", failed > 0 ? ", \(failed) skipped" : ""]
            print("\(counted(summary.written, "pair")) written to \(output)\(rest.joined()).")
        }
        if summary.failed > 0 { throw ExitCode.failure }
    }
}

extension PairConversion.Layout: ExpressibleByArgument {}
