import ArgumentParser
import Atelier
import BatchPipeline
import ImageData
import ImageFiles
import Models
import Pix2Pix

/// `atelier translate`.
struct TranslateCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "translate",
        abstract: "Translate images: sketches into photos, labels into scenes.",
        discussion: """
            Examples:
              atelier translate sketch.png -m flowers-sketch -o photo.png
              atelier translate sketches/ -m flowers-sketch -o out/ --side-by-side
              atelier translate drawing.png -m emoji-sketch -o out.png --hints dabs.png
              atelier translate photos/ -m latest_net_G.pth -o out/ --fit tile
              atelier translate big/ -m flowers-sketch -o out/ --skip-existing --report report.jsonl
              atelier translate pattern.png -m flowers-sketch -o tile.png --seamless xy
              atelier translate sketch.png -m run -o tulip.png --class tulip --hints dabs.png
              cat sketch.png | atelier translate - -m flowers-sketch -o - > photo.png

            A model is a name from “atelier models list”, a model's folder or a run's, or a file of weights from the
            public pix2pix and CycleGAN programs.
            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C.
            """)

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The model: a name from “atelier models list”, a folder, or a file: .pth, .pt, .safetensors.",
            valueName: "model"))
    var model: String

    @Option(
        help: ArgumentHelp(
            "The direction, for a model that was trained without pairs: AtoB or BtoA. [AtoB]",
            valueName: "way"))
    var direction: PairDirection = .aToB

    @OptionGroup(title: "Images") var batch: BatchOptions

    @Option(
        help: ArgumentHelp(
            "How images of any size are translated: pad (whole, mirrored at the borders), tile (in "
                + "overlapping parts), resize (to --size and back), or auto: as the model says, otherwise pad, and tile "
                + "for large images. [auto]",
            valueName: "way"))
    var fit: TranslationFit = .auto

    @Option(help: ArgumentHelp("Side of the tiles. Default: the size in training, at least 256.", valueName: "pixels"))
    var tile: Int?

    @Option(
        name: [.long, .customLong("tile-pad")],
        help: ArgumentHelp("The overlap of neighboring tiles, where they are blended. [64]", valueName: "pixels"))
    var overlap = 64

    @Option(
        name: [.long, .customLong("load-size")],
        help: ArgumentHelp("Side of the square for --fit resize. Default: the size in training.", valueName: "pixels"))
    var size: Int?

    @Option(
        help: ArgumentHelp(
            "The statistics of batch normalization: running (averages of the training) or image (its own). "
                + "Default: the model's setting; image for files of other programs.", valueName: "which"))
    var statistics: Pix2PixConfiguration.Statistics?

    @OptionGroup var repetition: SeamlessOptions

    @Flag(help: "Keep dropout on, so that results vary with the seed.")
    var dropout = false

    @Option(
        help: ArgumentHelp(
            "The seed of the noise: of dropout, and of models whose input has noise; others come out the same. [0]",
            valueName: "n"))
    var seed: UInt64 = 0

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "What the images show, for a model that knows classes: a name, its beginning, or a number. Default: the model "
                + "decides.", valueName: "name"))
    var className: String?

    @Option(
        help: ArgumentHelp(
            "Color hints for a model that takes them: an image of the same size, transparent but for dabs of color. Default: "
                + "the colored strokes of a drawing with gray lines.", valueName: "file"))
    var hints: String?

    @Flag(help: "Take colored strokes of a drawing for lines, not for color hints.")
    var noHints = false

    @Flag(help: "For photos and scans of drawings: make paper and shadows white, and any ink black.")
    var clean = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Give each region that lines enclose one color: the one that most of it got, or that of the dabs in it. "
                + "Default: for networks with a palette, such as emoji-sketch."))
    var flat: Bool?

    @Flag(help: "Write each input beside its result.")
    var sideBySide = false

    @Option(help: ArgumentHelp("Also write one sheet of all results, at a small size.", valueName: "file"))
    var grid: String?

    @Flag(help: "Do not record in the images that a model made them, which model, and from which seed.")
    var noProvenance = false

    @OptionGroup var metadata: MetadataOptions

    @OptionGroup var weights: WeightOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Films") var film: FilmOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if let tile, !(16...8192).contains(tile) { throw ValidationError("--tile must be from 16 to 8192.") }
        if !(0...4096).contains(overlap) { throw ValidationError("--overlap must be from 0 to 4096.") }
        if let grid, ImageFormat(writtenPath: grid) == nil {
            throw ValidationError("--grid must end in \(ImageFormat.writtenEndings).")
        }
        if grid != nil && Rank().count > 1 { throw ValidationError("--grid is for one process, not for many ranks.") }
        if overlap * 2 > tile ?? Translation.smallestTile {
            throw ValidationError("--overlap must be at most half of --tile.")
        }
        if clean, let axes = repetition.seamless, axes != .neither {
            throw ValidationError("--clean is for photos of drawings, which do not repeat; leave out --seamless.")
        }
        if hints != nil, noHints { throw ValidationError("Use either --hints or --no-hints.") }
        if let size, !(16...4096).contains(size) { throw ValidationError("--size must be from 16 to 4096.") }
    }

    func run() throws {
        let model = try weights.store.requested(model, for: .translate, direction: direction)
        model.tellChoice(output)
        model.tellLicense(output)
        let translation = try translation(model)
        try batch.run("translating", output) { settings, isCanceled, tell in
            try translation.run(settings, film: film.settings, sheet: grid, telling: tell, isCanceled: isCanceled)
        }
    }

    private func translation(_ model: Model) throws -> Translation {
        do { return try Translation(model, try options) } catch let error as TranslationLimit {
            throw UsageError("\(error)")
        }
    }

    private var options: TranslationOptions {
        get throws {
            var options = TranslationOptions(fit: fit, removesPaper: clean, sideBySide: sideBySide)
            options.isFlat = flat
            options.tile = tile
            options.overlap = overlap
            options.size = size
            options.statistics = statistics
            options.dropout = dropout
            options.seed = seed
            options.provenance = !noProvenance
            options.kept = metadata.kept
            options.precision = precision.chosen ?? .float32
            options.seamless = repetition.seamless
            options.className = className
            if let hints { options.hints = .image(try Image.read(hints)) } else if noHints { options.hints = .none }
            return options
        }
    }
}

extension TranslationFit: ExpressibleByArgument {}
