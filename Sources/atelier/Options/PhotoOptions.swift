import ArgumentParser
import Foundation
import ImageData

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

    /// The choice as a new run records it.
    ///
    /// - Throws: `UsageError` when no folder was given.
    func choice() throws -> PhotoChoice {
        guard !data.isEmpty else { throw UsageError("Say where the photos are: --data DIR.") }
        return changed(PhotoChoice(paths: []))
    }

    /// A recorded choice, with what was given now in its place.
    func changed(_ recorded: PhotoChoice) -> PhotoChoice {
        func absolute(_ path: String) -> String {
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        }
        var choice = recorded
        if !data.isEmpty { choice.paths = data.map(absolute) }
        if !lrData.isEmpty { choice.smallPaths = lrData.map(absolute) }
        if let valData { choice.heldPath = absolute(valData) }
        return choice
    }
}

/// Which photos a run learns from.
struct PhotoChoice: Codable, Equatable {
    var paths: [String]
    var smallPaths: [String] = []
    var heldPath: String?

    /// The photos to learn from and those to measure with.
    func open(_ frame: CropFrame) throws -> (training: PhotoSet, held: PhotoSet?) {
        let all = try PhotoSet(paths, smallPaths: smallPaths, scale: frame.scale, leastSide: frame.cropSize)
        guard let heldPath else { return all.holdingOut() }
        return (all, try PhotoSet([heldPath], scale: frame.scale, leastSide: 8 * frame.scale))
    }
}
