import Cluster
import Files
import Foundation
import ImageFiles

/// Which images a batch processes, and where the results go.
public struct BatchSettings: Sendable {
    /// Files and folders, in the order in which they are worked on; `-` is an image on the standard input.
    public var inputs: [String]
    /// Files that list files and folders, one on each line or separated by zero bytes; `-` is standard input.
    public var lists: [String] = []
    /// The folder for the results; or a file, if there is one image and the path ends like an image; or `-`, the standard
    /// output, if there is one image.
    public var output: String
    /// The format of the results; nil keeps that of each input, and takes PNG where that is not written.
    public var format: ImageFormat?
    /// How PNG files are packed.
    public var png = EncodingOptions.PNG()
    /// How JPEG files are packed.
    public var jpeg = EncodingOptions.JPEG()
    /// How WebP files are packed.
    public var webp = EncodingOptions.WebP()
    /// How TIFF files are packed.
    public var tiff = EncodingOptions.TIFF()
    /// Added to the name of every result, before its extension.
    public var suffix = ""
    /// Each image gets one result for each variant; the variant is added to the name after the suffix.
    public var variants = [""]
    /// Whether to skip images whose results exist.
    public var skipsExisting = false
    /// Whether to process truncated images as far as they go.
    public var allowsPartial = false
    /// Whether the batch only says what it would do.
    public var isDryRun = false
    /// Whether animations are worked on frame by frame; otherwise, their first frame is.
    public var takesAnimations = false
    /// What is done with films.
    public var films = FilmUse.ignored
    /// The share of the images to process.
    public var shard = Shard.all
    /// The rank of this process; each process takes its part of the share.
    public var rank = Rank.alone
    /// Threads that read images.
    public var decoders = BatchSettings.usualThreads
    /// Threads that write results.
    public var encoders = BatchSettings.usualThreads
    /// The most memory, in bytes, for images in progress. An image that needs more is processed alone.
    public var memory = BatchSettings.usualMemory
    /// The most memory, in bytes, for decoding an image as a whole; an image that has to be decoded so and needs more is
    /// refused. nil for what the process may use.
    public var decodingLimit: Int?
    /// How large an image may be.
    public var limits = ImageLimits.standard
    /// A file of JSON lines to which a line is added for each image.
    public var report: String?
    /// The name of the model, for the report.
    public var model: String?
    /// What messages call these settings.
    public var names = SettingNames()

    /// Settings with default values for everything else.
    public init(inputs: [String], output: String) {
        self.inputs = inputs
        self.output = output
    }

    /// The number of cores, from 2 to 16.
    public static var usualThreads: Int { min(max(ProcessInfo.processInfo.activeProcessorCount, 2), 16) }

    /// A quarter of the machine's memory, from 256 MiB to 2 GiB.
    public static var usualMemory: Int {
        min(max(Int(clamping: ProcessInfo.processInfo.physicalMemory / 4), 256 << 20), 2 << 30)
    }

    /// Whether the result goes to the standard output, so that nothing else may be printed there.
    public var writesToStandardOutput: Bool { output == "-" || openDescriptor(output) == STDOUT_FILENO }

    /// The part of the share that this process takes.
    var ownShard: Shard { shard.divided(into: rank.shard) }
}
