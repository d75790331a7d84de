import ArgumentParser
import Foundation
import ImageData
import Models
import Training

/// Which images to learn from, and in what form.
struct DataOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The images: a folder with one folder for each class, a folder of images, IDX files, or CIFAR-10.",
            valueName: "dir"))
    var data: String?

    @Option(name: .customLong("only"), help: ArgumentHelp("Use only this class. Repeat for more.", valueName: "class"))
    var classes: [String] = []

    @Option(help: ArgumentHelp("Use at most so many images, spread over the set.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "Side of the network's square: a power of two from 16 to 256. Default: what suits the images.",
            valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("1 for gray, 3 for color. Default: what the images have.", valueName: "n"))
    var channels: Int?

    @Option(
        help: ArgumentHelp(
            "How images become square: \(Fit.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "Default: small ones are padded, others cropped.", valueName: "way"))
    var fit: Fit?

    func validate() throws {
        if let size, ![16, 32, 64, 128, 256].contains(size) {
            throw ValidationError("--size has to be 16, 32, 64, 128 or 256, not \(size).")
        }
        if let channels, channels != 1 && channels != 3 {
            throw ValidationError("--channels has to be 1 or 3, not \(channels).")
        }
        if let limit, limit < 1 { throw ValidationError("--limit has to be at least 1.") }
    }

    /// The choice as a new run records it.
    ///
    /// - Throws: `UsageError` when no folder was given.
    func choice() throws -> DataChoice {
        guard let data else { throw UsageError("Say where the images are: --data DIR.") }
        let choice = DataChoice(path: data, classes: nil, limit: nil, fit: nil)
        return changed(choice)
    }

    /// A recorded choice, with what was given now in its place.
    func changed(_ recorded: DataChoice) -> DataChoice {
        var choice = recorded
        if let data { choice.path = data.hasPrefix("/") ? data : FileManager.default.currentDirectoryPath + "/" + data }
        if !classes.isEmpty { choice.classes = classes }
        if let limit { choice.limit = limit }
        if let fit { choice.fit = fit }
        return choice
    }
}

extension Fit: ExpressibleByArgument {}

/// Which images a run learns from.
struct DataChoice: Codable, Equatable {
    var path: String
    var classes: [String]?
    var limit: Int?
    var fit: Fit?

    func open(_ split: DatasetSplit = .train) throws -> any ImageDataset {
        try DatasetReader.open(path, options: DatasetOptions(split: split, classes: classes, limit: limit))
    }

    /// The test images, when the set keeps some apart.
    func openTest() -> (any ImageDataset)? {
        try? DatasetReader.open(path, options: DatasetOptions(split: .test, classes: classes))
    }
}

extension ImageShape {
    /// The network's images for a dataset.
    init(_ dataset: any ImageDataset, size: Int?, channels: Int?, fit: Fit?) {
        let side = size ?? dataset.suggestedSize
        let way = fit ?? Fit.automatic(for: dataset, size: side)
        let frame = ImageSize(width: side, height: side)
        let content = way.content(of: dataset.imageSize ?? frame, in: frame)
        self.init(
            size: side, channels: channels ?? dataset.channels, contentWidth: content.width,
            contentHeight: content.height)
    }
}
