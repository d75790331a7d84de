import ArgumentParser
import SuperResolution

/// The size of results.
struct UpscaleOptions: ParsableArguments {
    @Option(
        name: [.short, .long, .customLong("outscale")],
        help: ArgumentHelp(
            "The factor, from 1 to 16, including fractions. Default: the model's own factor.", valueName: "factor")
    )
    var scale: Double?

    @Option(help: ArgumentHelp("Width of the results; the height follows unless it is given.", valueName: "pixels"))
    var width: Int?

    @Option(help: ArgumentHelp("Height of the results; the width follows unless it is given.", valueName: "pixels"))
    var height: Int?

    @Option(
        help: ArgumentHelp(
            "With --width and --height: inside (largest that fits), outside (smallest that covers), stretch. [inside]",
            valueName: "way"))
    var fit: UpscaledSize.Fit = .inside

    func validate() throws {
        if let scale, !(1...16).contains(scale) { throw ValidationError("--scale must be from 1 to 16.") }
        if scale != nil, width ?? height != nil {
            throw ValidationError("Use either --scale, or --width and --height.")
        }
        for (name, value) in [("width", width), ("height", height)] {
            if let value, !(1...131_072).contains(value) {
                throw ValidationError("--\(name) must be from 1 to 131072.")
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
