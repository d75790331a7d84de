import ArgumentParser
import SuperResolution

/// How large results become.
struct UpscaleOptions: ParsableArguments {
    @Option(
        name: [.short, .long, .customLong("outscale")],
        help: ArgumentHelp(
            "How many times larger, from 1 to 16, fractions too. Default: the model's own factor.", valueName: "factor")
    )
    var scale: Double?

    @Option(help: ArgumentHelp("Width of the results; the height follows unless it is given.", valueName: "pixels"))
    var width: Int?

    @Option(help: ArgumentHelp("Height of the results; the width follows unless it is given.", valueName: "pixels"))
    var height: Int?

    @Option(
        help: ArgumentHelp(
            "With --width and --height: inside (as large as fits), outside (as small as covers), stretch. [inside]",
            valueName: "way"))
    var fit: UpscaledSize.Fit = .inside

    func validate() throws {
        if let scale, !(1...16).contains(scale) { throw ValidationError("--scale has to be from 1 to 16.") }
        if scale != nil, width ?? height != nil {
            throw ValidationError("Give either --scale or --width and --height.")
        }
        for (name, value) in [("width", width), ("height", height)] {
            if let value, !(1...131_072).contains(value) {
                throw ValidationError("--\(name) has to be from 1 to 131072.")
            }
        }
    }
}

extension UpscaleOptions {
    /// The size that was asked for; nil for the model's own factor.
    var wanted: UpscaledSize? {
        if width == nil, height == nil { return scale.map { .scale($0) } }
        return .pixels(width: width, height: height, fit)
    }
}

extension UpscaledSize.Fit: ExpressibleByArgument {}
