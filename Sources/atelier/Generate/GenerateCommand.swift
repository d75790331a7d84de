import ArgumentParser
import Catalog
import Foundation
import ImageFiles
import Models
import Reporting
import TensorCore
import Training

/// `atelier generate`.
struct GenerateCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make images with a trained model.",
        discussion: """
            The same seed gives the same image, whatever else is made along with it.

            Examples:
              atelier generate --model fashion-gan --count 16 -o out/
              atelier generate --model fashion-cgan --class "ankle boot" --class bag --count 16 --seed 7 -o out/
              atelier generate --model fashion-cgan --class 9 --seeds 0-35,90 --format jpg -o out/
              atelier generate --model fashion-cgan --all-classes --count 8 --grid sheet.png
              atelier generate --model fashion-cgan --class bag --interpolate 3:8 --frames 24 -o morph/
              atelier generate --model run/ --all-classes --grid sheet.png

            Files: out/ankle-boot/seed0007.png with classes, out/seed0007.png without.
            """)

    @Option(
        name: [.short, .long, .customLong("network")],
        help: ArgumentHelp("The model: a name from “atelier models list”, or a folder.", valueName: "model"))
    var model: String

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class to make: its name, as loosely as you like, or its number. Repeat for more.", valueName: "name"))
    var classes: [String] = []

    @Flag(help: "Make every class that the model knows.")
    var allClasses = false

    @Option(name: .shortAndLong, help: ArgumentHelp("How many images (of each class). [8]", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("The first seed; the others follow. [0]", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("The seeds one by one, such as 0-35,90.", valueName: "list"))
    var seeds: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder for the images. [out]", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("One sheet of all images, a row for each class.", valueName: "file"))
    var grid: String?

    @Option(help: ArgumentHelp("Go from the image of one seed to that of another.", valueName: "A:B"))
    var interpolate: String?

    @Option(help: ArgumentHelp("Images of an interpolation, both ends included. [24]", valueName: "n"))
    var frames: Int?

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp("Keep the noise within ±t: 0.5 for typical images; none for variety.", valueName: "t"))
    var truncation: Double?

    @Option(name: .shortAndLong, help: ArgumentHelp("png or jpg. [png]", valueName: "format"))
    var format: OutputFormat = .png

    @Option(help: ArgumentHelp("Images computed together; changes speed and memory only. [64]", valueName: "n"))
    var batchSize = 64

    @Flag(help: "Leave out what says that the images were made by a model, by which, and from which seed.")
    var noProvenance = false

    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if seeds != nil, seed != nil || count != nil {
            throw ValidationError("Give either --seeds or --seed and --count.")
        }
        if interpolate != nil, seeds != nil || seed != nil || count != nil {
            throw ValidationError("--interpolate names its own seeds; leave out --seeds, --seed and --count.")
        }
        if frames != nil, interpolate == nil { throw ValidationError("--frames goes with --interpolate A:B.") }
        if allClasses, !classes.isEmpty { throw ValidationError("Give either --class or --all-classes.") }
        if let count, count < 1 { throw ValidationError("--count has to be at least 1.") }
        if let count, count > SeedList.limit { throw ValidationError("--count is at most \(SeedList.limit).") }
        if let frames, !(2...SeedList.limit).contains(frames) {
            throw ValidationError("--frames has to be at least 2.")
        }
        if batchSize < 1 { throw ValidationError("--batch-size has to be at least 1.") }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
        do {
            if let seeds { _ = try SeedList.parse(seeds) }
            if let interpolate { _ = try SeedList.parsePair(interpolate) }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        let model = try ModelStore.searched.load(self.model)
        let generator = try model.generator(precision: precision.chosen ?? .float32)
        let series = try ImageSeries(self, generator: generator)
        let writer = ImageWriter(
            modelName: model.name, folder: out ?? (grid == nil ? "out" : nil), format: format,
            truncation: truncation.map { Float($0) }, provenance: !noProvenance, json: output.json)
        let bar = ProgressBar(
            "generating", total: series.requests.count, unit: "images", quiet: output.quiet || output.json)
        var sheet: [Image] = []
        for start in stride(from: 0, to: series.requests.count, by: batchSize) {
            let requests = Array(series.requests[start..<min(start + batchSize, series.requests.count)])
            let latents = Tensor.concatenated(requests.map(\.latent))
            let labels = requests.compactMap(\.label)
            let images = generator.images(latents: latents, labels: labels.isEmpty ? nil : labels)
            for (request, image) in zip(requests, Image.images(of: images)) {
                writer.write(image, request)
                if grid != nil { sheet.append(image) }
            }
            bar.update(to: start + requests.count)
        }
        bar.finish()
        if let grid { writer.writeSheet(sheet, series, to: grid) }
        if !output.quiet, !output.json { print(writer.summary) }
        if writer.failures > 0 { throw ExitCode.failure }
    }
}

/// Runs what fails only when something was asked for that does not exist.
func usage<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw UsageError("\(error)") }
}

/// The formats by the names that people give them.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case png, jpg

    init?(argument: String) {
        switch argument.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpg
        default: return nil
        }
    }

    var options: EncodingOptions { self == .png ? .png() : .jpeg() }
}
