import ArgumentParser
import BatchPipeline
import Cluster
import ImageFiles
import Reporting

/// The images and the destination of the results: options of all commands that process images.
struct BatchOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Images and folders. Folders include their subfolders; the results have the same tree. - is an image on "
                + "standard input.",
            valueName: "image"))
    var images: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The same as an image or folder without an option.", valueName: "image"))
    var input: [String] = []

    @Option(
        name: [.long, .customLong("files-from")],
        help: ArgumentHelp(
            "A file that lists images and folders, one on each line or separated by zero bytes; - is standard input. "
                + "UTF-8, or UTF-16 as PowerShell writes it.",
            valueName: "file"))
    var list: [String] = []

    @Option(
        name: [.short, .long, .customLong("output")],
        help: ArgumentHelp(
            "The folder for the results; for one image, also a file, whose name ends in .png, .jpg, .webp or "
                + ".tif, or - for standard output. A folder named like a file needs a slash: out.png/. Inputs are never overwritten. "
                + "[out]", valueName: "dir"))
    var out = "out"

    @Option(
        name: [.short, .long, .customLong("ext")],
        help: ArgumentHelp(
            "png, jpg, webp, tif, or auto: that of each image, PNG where it is only read. [auto]", valueName: "format"))
    var format: ResultFormat = .auto

    @Option(help: ArgumentHelp("Added to the names of results: photo.png becomes photo-x4.png.", valueName: "text"))
    var suffix = ""

    @Option(help: ArgumentHelp("Quality of JPEG and WebP results, 1 to 100. [95]", valueName: "n"))
    var quality = 95

    @Flag(help: "Write WebP results without loss; TIFF and PNG results have none anyway.")
    var lossless = false

    @Option(
        help: ArgumentHelp(
            "How TIFF results are packed: none, lzw, deflate, or jpeg at --quality. [deflate]", valueName: "scheme"))
    var tiffCompression: EncodingOptions.TIFF.Compression = .deflate

    @Flag(help: "Skip images whose results exist, to continue after an interruption.")
    var skipExisting = false

    @Flag(help: "Process truncated images as far as they go.")
    var allowPartial = false

    @Flag(help: "Only show what would be done.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Add a JSON line for each image: input, output, sizes, milliseconds, model, seed, error.",
            valueName: "file"))
    var report: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Threads that read and threads that write: n, or read:compute:write (--threads is for compute).",
            valueName: "n"))
    var jobs: JobCount?

    @Option(
        help: ArgumentHelp(
            "Process one share of the images only: 3/16 is the third of sixteen. Ranks of mpirun and srun are "
                + "detected without it.", valueName: "i/n"))
    var shard: Shard = .all

    @Option(
        help: ArgumentHelp(
            "Memory for images in progress, in megabytes. An image that needs more to be decoded is refused. Default: "
                + "a quarter of the machine's, at most 2048; then only what the process may use is a limit.",
            valueName: "mb"))
    var memory: Int?

    @Option(help: ArgumentHelp("The largest image that is read, in megapixels. [268]", valueName: "n"))
    var maxMegapixels: Int?

    func validate() throws {
        if !(1...100).contains(quality) { throw ValidationError("--quality must be from 1 to 100.") }
        if let memory, !(1...1 << 24).contains(memory) { throw ValidationError("--memory must be at least 1.") }
        if let maxMegapixels, !(1...17_179).contains(maxMegapixels) {
            throw ValidationError("--max-megapixels must be from 1 to 17179.")
        }
    }

    /// Works through the images until all are done or Ctrl-C asks to stop, and tells of it.
    ///
    /// - Parameters:
    ///   - title: the name of the work, for the progress bar.
    ///   - work: runs the batch; it may be canceled, and tells what happens.
    /// - Throws: `ExitCode` when not all was done.
    func run(_ title: String, _ output: OutputOptions, _ work: BatchWork) throws {
        try run(title, output.messages, work)
    }

    typealias BatchWork = (
        BatchSettings, _ isCanceled: @escaping @Sendable () -> Bool, _ tell: @escaping @Sendable (BatchEvent) -> Void
    ) throws -> BatchSummary

    /// The same, for commands without networks.
    func run(_ title: String, _ messages: MessageOptions, _ work: BatchWork) throws {
        if settings.writesToStandardOutput { try StandardOutput.check() }
        let console = BatchConsole(title, settings, isQuiet: messages.quiet, printsJSON: messages.json)
        defer { StopRequest.stopListening() }
        do {
            @Sendable func isCanceled() -> Bool { StopRequest.pending != nil }
            let summary = try work(settings, isCanceled) { event in
                if case .began = event, !dryRun { StopRequest.listen() }
                console.tell(event)
            }
            let code = BatchConsole.exitCode(of: summary, signal: StopRequest.pending)
            if code != 0 { throw ExitCode(code) }
        } catch BatchError.usage(let words) {
            throw UsageError(words)
        }
    }

    /// Memory for images on their way, in bytes.
    var memoryBytes: Int { memory.map { $0 << 20 } ?? BatchSettings.usualMemory }

    /// The settings of the pipeline.
    private var settings: BatchSettings {
        var settings = BatchSettings(inputs: images + input, output: out)
        settings.lists = list
        settings.names = .flags
        settings.format = format.format
        settings.jpeg.quality = quality
        settings.webp = EncodingOptions.WebP(quality: quality, isLossless: lossless)
        settings.tiff = EncodingOptions.TIFF(compression: tiffCompression, quality: quality)
        settings.suffix = suffix
        settings.skipsExisting = skipExisting
        settings.allowsPartial = allowPartial
        settings.isDryRun = dryRun
        settings.report = report
        if let jobs { (settings.decoders, settings.encoders) = (jobs.reading, jobs.writing) }
        settings.shard = shard
        settings.rank = Rank()
        settings.memory = memoryBytes
        settings.decodingLimit = memory.map { $0 << 20 }
        if let maxMegapixels {
            settings.limits.maxPixels = maxMegapixels * 1_000_000
            settings.limits.maxBytes = max(settings.limits.maxBytes, maxMegapixels * 8_000_000)
        }
        return settings
    }
}

extension SettingNames {
    /// The flags of the command line.
    static var flags: SettingNames {
        var names = SettingNames()
        names.memory = "--memory"
        (names.lists, names.output, names.format) = ("--list FILE", "-o", "--format")
        (names.suffix, names.skipExisting, names.report) = ("--suffix", "--skip-existing", "--report")
        (names.allowPartial, names.maxPixels) = ("--allow-partial", "--max-megapixels")
        return names
    }
}

extension EncodingOptions.TIFF.Compression: ExpressibleByArgument {}

/// A format, or `auto`, which keeps the format of each image.
enum ResultFormat: ExpressibleByArgument {
    case auto
    case one(ImageFormat)

    init?(argument: String) {
        if argument.lowercased() == "auto" {
            self = .auto
        } else if let format = ImageFormat(fileExtension: argument), format.isWritten {
            self = .one(format)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .auto: "auto"
        case .one(let format): format.fileExtension
        }
    }

    var format: ImageFormat? {
        if case .one(let format) = self { format } else { nil }
    }
}

/// How many threads read and write.
struct JobCount: ExpressibleByArgument {
    let reading: Int
    let writing: Int

    init?(argument: String) {
        let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard [1, 3].contains(numbers.count), numbers.allSatisfy({ (1...256).contains($0) }) else { return nil }
        (reading, writing) = (numbers[0], numbers[numbers.count - 1])
    }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { "all" }
}
