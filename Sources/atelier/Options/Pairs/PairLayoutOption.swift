import ArgumentParser
import ImageData

/// How pairs lie in a folder.
struct PairLayoutOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the pairs lie in the folder: side-by-side (A left, B right, in one image), stacked (A above B, in one "
                + "image) or twin-folders. Default: found by folders and proportions.", valueName: "name"))
    var layout: PairLayout?
}

extension PairLayout: ExpressibleByArgument {
    /// Parses the layouts of complete pairs; photos are what --sketch is for.
    public init?(argument: String) {
        switch argument.lowercased() {
        case "side-by-side": self = .sideBySide
        case "stacked": self = .stacked
        case "twin-folders", "folders": self = .twinFolders
        default: return nil
        }
    }

    /// The names of the layouts of complete pairs.
    public static var allValueStrings: [String] { ["side-by-side", "stacked", "twin-folders"] }
}
