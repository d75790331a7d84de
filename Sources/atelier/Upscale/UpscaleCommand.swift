import ArgumentParser
import Atelier
import ImageFiles
import SuperResolution

/// `atelier upscale`.
struct UpscaleCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "upscale",
        abstract: "Make images larger: sharp where simple upscaling is soft.",
        discussion: """
            Examples:
              atelier upscale photo.jpg -o large.png
              atelier upscale photos/ -o out/ --scale 2 --skip-existing
              atelier upscale drawings/ -m realesr-animevideov3-x4 -o out/
              atelier upscale scans/ -m RealESRGAN_x4plus.pth -o out/ --width 3840 --skip-existing
              atelier upscale photo.jpg -m realesrgan-x4plus -o large.jpg --compare compare.png

            A model is a name from “atelier models list” (“make models” fetches public ones), a model's folder or a \
            run's, or a file of weights: .pth, .safetensors, ncnn's .param.
            Exit codes: 0 all done, 1 something failed, 64 wrong usage, 130 stopped by Ctrl-C.
            """)

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The model: a name from “atelier models list”, a folder, or a file: .pth, .safetensors, .param. "
                + "[photo-x4; photo-x2 for a --scale up to 2]", valueName: "model"))
    var model: String?

    @OptionGroup(title: "Images") var batch: BatchOptions

    @OptionGroup(title: "Size") var size: UpscaleOptions

    @Option(
        help: ArgumentHelp(
            "The largest side of the tiles that an image is cut into. Default: 512 at most, as memory allows. RRDBNet "
                + "needs none where half of --memory suffices for the image's width, nor where tiles may be that wide: "
                + "there rows go through it, which is exact.",
            valueName: "pixels"))
    var tile: Int?

    @Option(
        help: ArgumentHelp(
            "What a tile sees beyond its part. Default: what the network's pixels depend on, 96 at most, and a quarter of "
                + "--tile or 32.",
            valueName: "pixels"))
    var tilePad: Int?

    @Flag(
        name: [.customShort("x"), .long],
        help: "The mean over eight ways to turn and mirror: better, eight times slower.")
    var tta = false

    @Option(
        name: [.customLong("denoise"), .customLong("dn", withSingleDash: true), .customLong("denoise-strength")],
        help: ArgumentHelp(
            "How much noise is removed, 0 to 1: the share of --model; the rest is --denoise-with.", valueName: "share"))
    var denoise: Double?

    @Option(
        help: ArgumentHelp(
            "The model of the same architecture that keeps noise. Default: the name of --model with “wdn”.",
            valueName: "model"))
    var denoiseWith: String?

    @Flag(help: "Leave colors as the network makes them; otherwise a shift that it brings in is taken back.")
    var keepShift = false

    @Option(
        help: ArgumentHelp(
            "Write an image that shows an ordinary (bicubic) upscaling beside ours where they differ most.",
            valueName: "file"))
    var compare: String?

    @Option(help: ArgumentHelp("How hard PNG results are packed, 0 to 9. [4]", valueName: "n"))
    var compression = 4

    @Flag(help: "Leave out what says that the images were worked on by a model, and by which.")
    var noProvenance = false

    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if let tile, tile != 0, !(32...8192).contains(tile) {
            throw ValidationError("--tile has to be from 32 to 8192.")
        }
        if let tilePad, !(0...1024).contains(tilePad) { throw ValidationError("--tile-pad has to be from 0 to 1024.") }
        if let tile, tile != 0, let tilePad, 4 * tilePad > tile {
            throw ValidationError("--tile-pad has to be at most a quarter of --tile.")
        }
        if !(0...9).contains(compression) { throw ValidationError("--compression has to be from 0 to 9.") }
        if let denoise, !(0...1).contains(denoise) { throw ValidationError("--denoise has to be from 0 to 1.") }
        if denoise == nil, denoiseWith != nil { throw ValidationError("--denoise-with needs --denoise.") }
        if let compare, ImageFormat(path: compare) == nil {
            throw ValidationError("--compare has to name a .png or .jpg file.")
        }
    }

    func run() throws {
        let name = model ?? Upscaling.usualModel(scale: size.scale)
        let model = try usage {
            let model = try Model.load(name, from: .searched)
            try model.check(.upscale)
            return model
        }
        let upscaling = try Upscaling(model, options)
        try batch.run("upscaling", output) { settings, isCanceled, tell in
            var settings = settings
            settings.png.compression = compression
            return try upscaling.run(settings, comparison: compare, telling: tell, isCanceled: isCanceled)
        }
    }

    private var options: UpscalingOptions {
        var options = UpscalingOptions(size: size.wanted)
        options.tile = tile == 0 ? nil : tile
        options.tilePad = tilePad
        options.testTimeAugmentation = tta
        options.correctsColor = !keepShift
        options.denoising = denoise
        options.denoisingPartner = denoiseWith
        options.store = .searched
        options.memory = batch.memoryBytes
        options.provenance = !noProvenance
        options.precision = precision.chosen ?? .float32
        return options
    }
}
