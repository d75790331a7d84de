import ArgumentParser
import Atelier
import ImageData

/// The images to train on, and their form.
struct DataOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp(
            "The images: a folder with one folder for each class, a folder of images, a zip archive, a folder with "
                + "dataset.json (StyleGAN) or labels.csv, any table of file,label (.csv), IDX files, or CIFAR-10.",
            valueName: "dir"))
    var data: String?

    @Option(name: .customLong("only"), help: ArgumentHelp("Use only this class. Repeat for more.", valueName: "class"))
    var classes: [String] = []

    @Option(help: ArgumentHelp("The most images to use, spread over the dataset.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("The most images of each class to use, spread over the class.", valueName: "n"))
    var limitPerClass: Int?

    @Option(
        help: ArgumentHelp(
            "Side of the network's square: a power of two from 16 to 256. Default: what suits the images.",
            valueName: "pixels"))
    var size: Int?

    @Option(
        help: ArgumentHelp(
            "1 for gray, 3 for color, 4 for color with alpha (learned by StyleGAN2). Default: what the images have, "
                + "without alpha.", valueName: "n"))
    var channels: Int?

    @Option(
        help: ArgumentHelp(
            "How images become square: \(Fit.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "Default: small ones are padded, others cropped.", valueName: "way"))
    var fit: Fit?

    func validate() throws {
        if let size, ![16, 32, 64, 128, 256].contains(size) {
            throw ValidationError("--size must be 16, 32, 64, 128 or 256, not \(size).")
        }
        if let channels, ![1, 3, 4].contains(channels) {
            throw ValidationError("--channels must be 1, 3 or 4, not \(channels).")
        }
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if let limitPerClass, limitPerClass < 1 { throw ValidationError("--limit-per-class must be at least 1.") }
    }

    /// What was given about the images themselves.
    var selection: ImageSelection {
        var selection = ImageSelection(size: size, classes: classes, limit: limit)
        selection.limitPerClass = limitPerClass
        selection.channels = channels
        selection.fit = fit
        return selection
    }
}

extension Fit: ExpressibleByArgument {}
