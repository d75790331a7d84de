import ArgumentParser
import Atelier
import Files
import Reporting

/// `atelier edit path`.
struct EditPathCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Make the images on the way from seed to seed: a morph, or a loop.",
        discussion: """
            Neighboring images are alike, because latent vectors between those of two seeds lie on an arc. With --loop, \
            the way returns to the first seed, and the last image is followed by the first.

            Examples:
              atelier edit path --model fashion-cgan --class bag --seeds 3,8,21 -o frames/
              atelier edit path --model fashion-cgan --class bag --seeds 3,8,21 --loop --video loop.png
              atelier edit path --model run --seeds 0-7 --loop --frames 12 --fps 30 --video loop.webp

            Files: frames/bag/frame0000.png with classes, frames/frame0000.png without. A video is an animated PNG or \
            WebP, which browsers play, or a GIF, which has 256 colors.
            """)

    @Option(
        name: [.short, .long, .customLong("network")],
        help: ArgumentHelp("The model: a name from “atelier models list”, a folder, or a file.", valueName: "model"))
    var model: String

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The class to generate, for a model with classes: its name or its number.", valueName: "name"))
    var className: String?

    @Option(help: ArgumentHelp("The seeds on the way, such as 3,8,21 or 0-7; at least two.", valueName: "list"))
    var seeds: String

    @Flag(help: "Return to the first seed, so that the images can be repeated without a jump.")
    var loop = false

    @Option(help: ArgumentHelp("Images from each seed to the next. [24]", valueName: "n"))
    var frames = 24

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder for the images. [out]", valueName: "dir"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "One animation instead of a folder; its name ends in .png, .apng, .webp or .gif.", valueName: "file"))
    var video: String?

    @Option(help: ArgumentHelp("Images in a second of the video, 1 to 100. [25]", valueName: "n"))
    var fps: Int?

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp("Keep the noise within ±t: 0.5 for typical images, no limit for variety.", valueName: "t"))
    var truncation: Double?

    @Flag(help: "Do not record in the images that a model made them, which model, and from which seeds.")
    var noProvenance = false

    @OptionGroup var weights: WeightOptions
    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        let stops: [UInt64]
        do { stops = try SeedList.parse(seeds) } catch { throw ValidationError("\(error)") }
        if stops.count < 2 { throw ValidationError("--seeds needs at least two seeds, such as 3,8.") }
        if frames < 1 { throw ValidationError("--frames must be at least 1.") }
        if frames.multipliedReportingOverflow(by: stops.count).overflow || frames * stops.count > SeedList.limit {
            throw ValidationError("--frames is too large: a way has at most \(SeedList.limit) images.")
        }
        if out != nil, video != nil { throw ValidationError("Use either --out or --video.") }
        if fps != nil, video == nil { throw ValidationError("--fps is for --video FILE.") }
        if let fps, !(1...100).contains(fps) { throw ValidationError("--fps must be from 1 to 100.") }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
    }

    func run() throws {
        let generation = try generation()
        let console = WorkConsole(output)
        if let video {
            try generation.writeAnimation(
                to: video, milliseconds: (1000 + (fps ?? 25) / 2) / (fps ?? 25), telling: console.tell)
            console.finish()
            return report(video, images: generation.count)
        }
        let folder = out ?? "out"
        let summary = try generation.write(GeneratedFiles(folder: folder)) { event in
            switch event {
            case .progress(let progress): console.tell(.progress(progress))
            case .failed(let words): Console.standardError.line("Error: \(words)")
            case .wrote, .wroteSheet: break
            }
        }
        console.finish()
        report(folder, images: summary.written)
        if !summary.isComplete { throw ExitCode.failure }
    }

    private func report(_ place: String, images: Int) {
        if output.json {
            var line = JSONLine()
            line.add(video == nil ? "folder" : "video", place)
            line.add("images", images)
            return print(line.text)
        }
        if !output.quiet { print("\(counted(images, "image")) in \(place)") }
    }

    private func generation() throws -> Generation {
        var options = GenerationOptions(
            seeds: .tour(try SeedList.parse(seeds), framesEach: frames, closed: loop),
            classes: className.map { [$0] } ?? [])
        options.truncation = truncation
        options.provenance = !noProvenance
        options.precision = precision.chosen ?? .float32
        let loaded = try weights.store.requested(model, for: .generate)
        loaded.tellChoice(output)
        loaded.tellLicense(output)
        do { return try Generation(loaded, options) } catch GenerationError.noClasses {
            throw UsageError("\(model) knows no classes: leave out --class.")
        } catch GenerationError.classNeeded(let known) {
            throw UsageError(
                "Say which class to make, with --class NAME. Known classes:\n" + GenerationError.list(known))
        } catch let error as GenerationError {
            throw UsageError("\(error)")
        }
    }
}
