import ArgumentParser
import Atelier
import ImageFiles
import SuperResolution

/// `atelier upscale`.
struct UpscaleCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "upscale",
        abstract: "Make images larger, sharper than simple upscaling does.",
        discussion: """
            Examples:
              atelier upscale photo.jpg -o large.png
              atelier upscale photos/ -o out/ --scale 2 --skip-existing
              atelier upscale drawings/ -m realesr-animevideov3-x4 -o out/
              atelier upscale scans/ -m RealESRGAN_x4plus.pth -o out/ --width 3840 --skip-existing
              atelier upscale scans/ -m 1x-dejpeg.pth -m photo-x4 -o out/
              atelier upscale bricks.png -o large.png --seamless xy
              atelier upscale photo.jpg -m realesrgan-x4plus -o large.jpg --compare compare.png
              curl -s https://example.org/photo.jpg | atelier upscale - -o - > large.jpg

            A model is a name from “atelier models list” (“make models” fetches public ones), a model's folder or a \
            run's, or a file of weights: .pth, .safetensors, ncnn's .param.
            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C.
            """)

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The model: a name from “atelier models list”, a folder, or a file: .pth, .safetensors, .param. Several -m "
                + "make a chain, for example one that cleans images before one that enlarges them. "
                + "[photo-x4; photo-x2 for a --scale up to 2]", valueName: "model"))
    var model: [String] = []

    @OptionGroup(title: "Images") var batch: BatchOptions

    @OptionGroup(title: "Size") var size: UpscaleOptions

    @Option(
        help: ArgumentHelp(
            "The largest side of tiles. Default: at most 512, as memory allows. RRDBNet needs no tiles if half of "
                + "--memory suffices for the image's width, or if tiles may be that wide: it then processes rows, "
                + "which is exact.",
            valueName: "pixels"))
    var tile: Int?

    @Option(
        help: ArgumentHelp(
            "The margin of a tile. Default: the distance on which the network's pixels depend, at most 96, and at "
                + "most a quarter of --tile or 32.",
            valueName: "pixels"))
    var tilePad: Int?

    @Option(
        help: ArgumentHelp(
            "How many pixels of its mirror image an image gets at its border, at most --tile-pad. 0: the network's own "
                + "padding, which gives what PyTorch does. [10]",
            valueName: "pixels"))
    var prePad = 10

    @OptionGroup var repetition: SeamlessOptions

    @Flag(
        name: [.customShort("x"), .long],
        help: "Average over eight rotations and reflections: better, eight times slower.")
    var tta = false

    @Option(
        name: [.customLong("denoise"), .customLong("dn", withSingleDash: true), .customLong("denoise-strength")],
        help: ArgumentHelp(
            "How much noise to remove, 0 to 1: the share of --model; the rest is --denoise-with.", valueName: "share"))
    var denoise: Double?

    @Option(
        help: ArgumentHelp(
            "The model of the same architecture that keeps noise. Default: the name of --model with “wdn”.",
            valueName: "model"))
    var denoiseWith: String?

    @Flag(help: "Keep the network's colors; otherwise its color shift is corrected.")
    var keepShift = false

    @Option(
        help: ArgumentHelp(
            "Write an image that compares bicubic upscaling with the network's, where they differ most.",
            valueName: "file"))
    var compare: String?

    @Option(help: ArgumentHelp("Compression level of PNG results, 0 to 9. [4]", valueName: "n"))
    var compression = 4

    @Flag(help: "Do not record in the images that a model processed them, and which model.")
    var noProvenance = false

    @OptionGroup var metadata: MetadataOptions

    @OptionGroup var weights: WeightOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Films") var film: FilmOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if let tile, tile != 0, !(32...8192).contains(tile) {
            throw ValidationError("--tile must be from 32 to 8192.")
        }
        if let tilePad, !(0...1024).contains(tilePad) { throw ValidationError("--tile-pad must be from 0 to 1024.") }
        if let tile, tile != 0, let tilePad, 4 * tilePad > tile {
            throw ValidationError("--tile-pad must be at most a quarter of --tile.")
        }
        if !(0...1024).contains(prePad) { throw ValidationError("--pre-pad must be from 0 to 1024.") }
        if !(0...9).contains(compression) { throw ValidationError("--compression must be from 0 to 9.") }
        if let denoise, !(0...1).contains(denoise) { throw ValidationError("--denoise must be from 0 to 1.") }
        if denoise != nil, model.count > 1 { throw ValidationError("--denoise works with one --model.") }
        if denoise == nil, denoiseWith != nil { throw ValidationError("--denoise-with needs --denoise.") }
        if let compare, ImageFormat(writtenPath: compare) == nil {
            throw ValidationError("--compare must end in \(ImageFormat.writtenEndings).")
        }
        if compare != nil, batch.out == "-" { throw ValidationError("--compare needs a file as the result: -o FILE.") }
    }

    func run() throws {
        let names = model.isEmpty ? [Upscaling.usualModel(scale: size.scale)] : model
        let models = try names.map { try weights.store.requested($0, for: .upscale) }
        for model in models {
            model.tellChoice(output)
            model.tellLicense(output)
        }
        let upscaling = try Upscaling(models, options)
        try batch.run("upscaling", output) { settings, isCanceled, tell in
            var settings = settings
            settings.png.compression = compression
            return try upscaling.run(
                settings, film: film.settings, comparison: compare, telling: tell, isCanceled: isCanceled)
        }
    }

    private var options: UpscalingOptions {
        var options = UpscalingOptions(size: size.wanted)
        options.tile = tile == 0 ? nil : tile
        options.tilePad = tilePad
        options.prePad = prePad
        options.testTimeAugmentation = tta
        options.correctsColor = !keepShift
        options.denoising = denoise
        options.denoisingPartner = denoiseWith
        options.store = weights.store
        options.memory = batch.memoryBytes
        options.provenance = !noProvenance
        options.kept = metadata.kept
        options.precision = precision.chosen ?? .float32
        options.seamless = repetition.seamless
        return options
    }
}
