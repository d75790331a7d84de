import ArgumentParser
import Atelier
import ImageData

/// The form of a translator's images.
struct FrameOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Side that images are resized to. Default: an eighth above --crop-size.", valueName: "pixels"))
    var loadSize: Int?

    @Option(
        name: [.long, .customLong("size")],
        help: ArgumentHelp("Side of the crops. [256]", valueName: "pixels"))
    var cropSize: Int?

    @Flag(name: [.long, .customLong("mirror")], inversion: .prefixedNo, help: "Also show mirrored images. [on]")
    var flip: Bool?

    @Option(
        help: ArgumentHelp(
            "How images that are not square are fitted: squeeze, crop or pad. [squeeze]", valueName: "way"))
    var fit: Fit?

    @Option(help: ArgumentHelp("Channels of the input: 1 or 3. Default: what the images have.", valueName: "n"))
    var inputChannels: Int?

    @Option(help: ArgumentHelp("Channels of the target: 1 or 3. Default: what the images have.", valueName: "n"))
    var outputChannels: Int?

    func validate() throws {
        for (name, value) in [("load-size", loadSize), ("crop-size", cropSize)] {
            if let value, !(8...4096).contains(value) {
                throw ValidationError("--\(name) must be from 8 to 4096, not \(value).")
            }
        }
        for (name, value) in [("input-channels", inputChannels), ("output-channels", outputChannels)] {
            if let value, value != 1 && value != 3 {
                throw ValidationError("--\(name) must be 1 or 3, not \(value).")
            }
        }
    }

    /// What was given.
    var format: PairFormat {
        var format = PairFormat(cropSize: cropSize)
        format.loadSize = loadSize
        format.flip = flip
        format.fit = fit
        format.inputChannels = inputChannels
        format.targetChannels = outputChannels
        return format
    }
}
