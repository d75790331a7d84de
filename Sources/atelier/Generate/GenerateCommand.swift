import ArgumentParser
import Atelier
import Files
import ImageFiles
import Reporting
import Training

/// `atelier generate`.
struct GenerateCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make images with a trained model.",
        discussion: """
            The same seed always gives the same image, whatever else is generated with it.

            Examples:
              atelier generate --model fashion-gan --count 16 -o out/
              atelier generate --model fashion-cgan --class "ankle boot" --class bag --count 16 --seed 7 -o out/
              atelier generate --model fashion-cgan --class 9 --seeds 0-35,90 --format jpg -o out/
              atelier generate --model fashion-cgan --all-classes --count 8 --grid sheet.png
              atelier generate --model fashion-cgan --class bag --interpolate 3:8 --frames 24 -o morph/
              atelier generate --model run/ --all-classes --grid sheet.png
              atelier generate --model fashion-gan --count 1 -o image.png
              atelier generate --model textures/ --seamless xy --count 4 -o tiles/

            Files: out/ankle-boot/seed0007.png with classes, out/seed0007.png without.
            """)

    @Option(
        name: [.short, .long, .customLong("network")],
        help: ArgumentHelp("The model: a name from “atelier models list”, a folder, or a file.", valueName: "model"))
    var model: String

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class to generate: its name (case and punctuation do not matter) or its number. Repeat for more.",
            valueName: "name"))
    var classes: [String] = []

    @Flag(help: "Generate all classes of the model.")
    var allClasses = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The number of images (of each class). [8]", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("The first seed; the others follow. [0]", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("A list of seeds, such as 0-35,90.", valueName: "list"))
    var seeds: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The folder for the images; for one image, also a file, whose name ends in .png, .jpg, .webp or .tif, or - for standard "
                + "output. [out]", valueName: "dir"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "One sheet of all images, a row for each class; - is standard output.", valueName: "file"))
    var grid: String?

    @Option(help: ArgumentHelp("Interpolate from the image of seed A to that of seed B.", valueName: "A:B"))
    var interpolate: String?

    @Option(help: ArgumentHelp("Images of an interpolation, including both ends. [24]", valueName: "n"))
    var frames: Int?

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp(
            "Typical images instead of all variety: keep the noise within ±t, such as 0.5; for StyleGAN, move styles "
                + "toward the average style, which 0 gives alone. [no limit, or 1]", valueName: "t"))
    var truncation: Double?

    @OptionGroup var repetition: SeamlessOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("png, jpg, webp or tif. [png, or as -o says]", valueName: "format"))
    var format: OutputFormat?

    @Option(help: ArgumentHelp("Images computed together; changes speed and memory only. [64]", valueName: "n"))
    var batchSize = 64

    @Flag(help: "Do not record in the images that a model made them, which model, and from which seed.")
    var noProvenance = false

    @OptionGroup var weights: WeightOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if seeds != nil, seed != nil || count != nil {
            throw ValidationError("Use either --seeds, or --seed and --count.")
        }
        if interpolate != nil, seeds != nil || seed != nil || count != nil {
            throw ValidationError("--interpolate has its own seeds; leave out --seeds, --seed and --count.")
        }
        if frames != nil, interpolate == nil { throw ValidationError("--frames needs --interpolate A:B.") }
        if allClasses, !classes.isEmpty { throw ValidationError("Use either --class or --all-classes.") }
        if let count, count < 1 { throw ValidationError("--count must be at least 1.") }
        if let count, count > SeedList.limit { throw ValidationError("--count is at most \(SeedList.limit).") }
        if let frames, !(2...SeedList.limit).contains(frames) {
            throw ValidationError("--frames must be at least 2.")
        }
        if batchSize < 1 { throw ValidationError("--batch-size must be at least 1.") }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
        do {
            if let seeds { _ = try SeedList.parse(seeds) }
            if let interpolate { _ = try SeedList.parsePair(interpolate) }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        let generation = try generation()
        let files = try files(count: generation.count)
        if files.writesToStandardOutput { try StandardOutput.check() }
        func show(_ words: String) { StandardOutput.line(words, isTaken: files.writesToStandardOutput) }
        let console = WorkConsole(output)
        let summary = try written(generation, files) { event in
            switch event {
            case .progress(let progress): console.tell(.progress(progress))
            case .wrote(let made, let file): if output.json { show(line(made, generation, file).text) }
            case .wroteSheet(let sheet, let file): if output.json { show(line(sheet, generation, file).text) }
            case .failed(let words): Console.standardError.line("Error: \(words)")
            }
        }
        console.finish()
        if !output.quiet, !output.json { show("\(summary)") }
        if !summary.isComplete { throw ExitCode.failure }
    }

    private func files(count: Int) throws -> GeneratedFiles {
        do {
            return try GeneratedFiles(
                output: out ?? (grid == nil ? "out" : nil), sheet: grid, format: format?.imageFormat, count: count,
                names: .flags)
        } catch BatchError.usage(let words) {
            throw UsageError(words)
        }
    }

    private func written(
        _ generation: Generation, _ files: GeneratedFiles, _ tell: (GenerationEvent) -> Void
    ) throws -> GenerationSummary {
        do { return try generation.write(files, telling: tell) } catch let error as GenerationError {
            guard case .batchTooLarge(_, let fitting, _) = error, fitting > 0 else { throw error }
            Console.standardError.line("Error: \(error) Use --batch-size \(fitting).")
            throw ExitCode.failure
        }
    }

    private func generation() throws -> Generation {
        var options = GenerationOptions(seeds: try chosenSeeds(), classes: classes)
        options.allClasses = allClasses
        options.truncation = truncation
        options.batchSize = batchSize
        options.provenance = !noProvenance
        options.precision = precision.chosen ?? .float32
        options.seamless = repetition.seamless
        let loaded = try weights.store.requested(model, for: .generate)
        loaded.tellChoice(output)
        loaded.tellLicense(output)
        do { return try Generation(loaded, options) } catch GenerationError.noClasses {
            throw UsageError("\(model) knows no classes: leave out --class and --all-classes.")
        } catch GenerationError.classNeeded(let known) {
            throw UsageError(
                "Say which class to make, with --class NAME or --all-classes. Known classes:\n"
                    + GenerationError.list(known))
        } catch let error as GenerationError {
            throw UsageError("\(error)")
        } catch let error as ModelError where error.isAboutTheRequest {
            throw UsageError("\(error)")
        }
    }

    private func chosenSeeds() throws -> GenerationOptions.Seeds {
        if let interpolate {
            let (first, last) = try SeedList.parsePair(interpolate)
            return .path(from: first, to: last, frames: frames ?? 24)
        }
        return try seeds.map { .list(try SeedList.parse($0)) } ?? .count(count ?? 8, from: seed ?? 0)
    }

    private func line(_ made: GeneratedImage, _ generation: Generation, _ file: String) -> JSONLine {
        var line = JSONLine()
        line.add("file", file)
        line.add("model", generation.model)
        if let seed = Int(made.seed) { line.add("seed", seed) } else { line.add("seed", made.seed) }
        if let name = made.className { line.add("class", name) }
        if let label = made.label { line.add("label", label) }
        if let truncation { line.add("truncation", Double(Float(truncation))) }
        line.add("width", made.image.width)
        line.add("height", made.image.height)
        return line
    }

    private func line(_ sheet: Image, _ generation: Generation, _ file: String) -> JSONLine {
        var line = JSONLine()
        line.add("sheet", file)
        line.add("model", generation.model)
        line.add("width", sheet.width)
        line.add("height", sheet.height)
        return line
    }
}

/// Parses the names of formats.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case png, jpg, webp, tif

    init?(argument: String) {
        switch argument.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpg
        case "webp": self = .webp
        case "tif", "tiff": self = .tif
        default: return nil
        }
    }

    var imageFormat: ImageFormat {
        switch self {
        case .png: .png
        case .jpg: .jpeg
        case .webp: .webp
        case .tif: .tiff
        }
    }
}
