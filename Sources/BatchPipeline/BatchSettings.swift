import Foundation
import ImageFiles

/// What is to be done with which images, and where the results go.
public struct BatchSettings: Sendable {
    /// Files and folders, in the order in which they are worked on.
    public var inputs: [String]
    /// Files that list files and folders, one a line or separated by zero bytes; `-` is the standard input.
    public var lists: [String] = []
    /// The folder for the results; a file when there is one input and this has an image's extension.
    public var output: String
    /// The format of the results; nil keeps that of each input.
    public var format: ImageFormat?
    /// How PNG files are packed.
    public var png = EncodingOptions.PNG()
    /// How JPEG files are packed.
    public var jpeg = EncodingOptions.JPEG()
    /// Added to the name of every result, before its extension.
    public var suffix = ""
    /// One result is made of each image for each of these, which are added to the names after the suffix.
    public var variants = [""]
    /// Whether images whose results are there already are left out.
    public var skipsExisting = false
    /// Whether truncated images are taken as far as they go.
    public var allowsPartial = false
    /// Whether it is only told what would be done.
    public var isDryRun = false
    /// Which share of the images is worked on.
    public var shard = Shard.all
    /// Which of several processes this one is; each takes its part of the share.
    public var rank = Rank.alone
    /// Threads that read images.
    public var decoders = BatchSettings.usualThreads
    /// Threads that write results.
    public var encoders = BatchSettings.usualThreads
    /// The most memory, in bytes, for images on their way. One image that needs more goes through alone.
    public var memory = BatchSettings.usualMemory
    /// How large an image may be.
    public var limits = ImageLimits.standard
    /// A file of JSON lines to which a line is added for each image.
    public var report: String?
    /// The name of the model, for the report.
    public var model: String?

    /// What is not given here has a default that suits most.
    public init(inputs: [String], output: String) {
        self.inputs = inputs
        self.output = output
    }

    /// As many as there are cores, from 2 to 16.
    public static var usualThreads: Int { min(max(ProcessInfo.processInfo.activeProcessorCount, 2), 16) }

    /// A quarter of the machine's memory, from 256 MiB to 2 GiB.
    public static var usualMemory: Int {
        min(max(Int(clamping: ProcessInfo.processInfo.physicalMemory / 4), 256 << 20), 2 << 30)
    }

    /// Everything of the share that falls to this process.
    var ownShard: Shard { shard.divided(into: rank.shard) }
}
