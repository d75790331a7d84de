import ArgumentParser

/// Which photos an upscaler learns from.
struct PhotoOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "Photos, with all that lies below the folder. Repeat for more folders.", valueName: "dir"))
    var data: [String] = []

    @Option(
        help: ArgumentHelp(
            "True small versions of the photos, under the same names (0001.png or 0001x4.png); as often as --data. "
                + "Default: they are made, see --degradation.", valueName: "dir"))
    var lrData: [String] = []

    @Option(
        help: ArgumentHelp(
            "Images to show and measure, not to learn from. Default: one photo in twenty, sixteen at most.",
            valueName: "dir"))
    var valData: String?

    @Option(
        help: ArgumentHelp(
            "Memory for decoded photos; the rest are decoded again when needed. [1024]", valueName: "MB"))
    var cache: Int?

    func validate() throws {
        if !lrData.isEmpty, lrData.count != data.count {
            throw ValidationError("Give --lr-data as often as --data: one folder of small versions for each.")
        }
        if let cache, cache < 0 { throw ValidationError("--cache cannot be negative.") }
    }
}
