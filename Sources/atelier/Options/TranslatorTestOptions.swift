import ArgumentParser
import ImageData
import Pix2Pix

/// The pairs that a translator is measured on, and the comparisons.
struct TranslatorTestOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Which image of a pair is the input: AtoB (the left one) or BtoA, as in the training. [AtoB]",
            valueName: "way"))
    var direction: PairDirection?

    @OptionGroup var arrangement: PairLayoutOption

    @Option(
        help: ArgumentHelp(
            "The part of the pairs: test, val or train. Default: test, or val, or all.", valueName: "part"))
    var split: PairSplit?

    @Option(
        name: .customLong("sketch"),
        help: ArgumentHelp(
            "Treat the images as photos; sketches by this hand (\(SketchHands.names)) are the inputs. "
                + "Default: the model's first hand.", valueName: "hand"))
    var hand: SketchStyle.Technique?

    @Option(help: ArgumentHelp("The most pairs to measure, spread over the part.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "The statistics of batch normalization: running or image, as in “atelier translate”.", valueName: "which"))
    var statistics: Pix2PixConfiguration.Statistics?

    @Flag(
        help: """
            Also measure two trivial translators made from the training pairs: regions filled with mean \
            colors, and the target of the nearest training input.
            """)
    var baselines = false

    @Flag(
        help: """
            Also measure the colors of the regions that drawings enclose: how many are plausible by the most similar \
            training pairs, and how even they are.
            """)
    var regions = false

    @Option(
        help: ArgumentHelp(
            "Write a sheet of input | translation | target of some of the pairs; with --memorization, of generated "
                + "image | nearest training image.", valueName: "file"))
    var sheet: String?

    @Option(help: ArgumentHelp("How many pairs the sheet shows. [8; with --memorization 20]", valueName: "n"))
    var sheetPairs: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if let sheetPairs, !(1...200).contains(sheetPairs) {
            throw ValidationError("--sheet-pairs must be from 1 to 200.")
        }
        if sheetPairs != nil, sheet == nil { throw ValidationError("--sheet-pairs is for a sheet: --sheet FILE.") }
    }

    /// The names of the given options.
    var given: [String] {
        [
            direction.map { _ in "--direction" }, arrangement.layout.map { _ in "--layout" },
            split.map { _ in "--split" }, hand.map { _ in "--sketch" },
            limit.map { _ in "--limit" }, statistics.map { _ in "--statistics" }, baselines ? "--baselines" : nil,
            regions ? "--regions" : nil,
            sheet.map { _ in "--sheet" },
        ].compactMap { $0 }
    }
}

extension PairSplit: ExpressibleByArgument {}
