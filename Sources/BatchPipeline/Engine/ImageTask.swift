import ImageFiles

/// How an image is delivered to the work.
public enum ImageHandling: Sendable {
    /// Decoded. `resultBytes` is about how much memory the results will take.
    case decoded(resultBytes: Int)
    /// As a file, for images that are processed in strips: the work reads the file and writes the results. `bytes` is
    /// the memory that it needs.
    case file(bytes: Int)
}

/// An image that is ready to be processed.
public struct ImageTask: Sendable {
    /// Which image, and where its results go.
    public let job: ImageJob
    /// Its size and kind.
    public let header: ImageHeader
    /// Its pixels; nil if the work reads the file.
    public let image: Image?
    let stop: StopWatch
    let settings: BatchSettings

    /// Whether the work was canceled. Long work checks this from time to time and throws `CancellationError`.
    public var isCanceled: Bool { stop.isStopped }
}

/// The result of an image, for one variant.
public struct ImageResult: Sendable {
    enum Content: Sendable {
        case image(Image)
        case written(width: Int, height: Int)
    }

    let content: Content
    let seed: UInt64?
    /// The seconds that the work waited for reading or writing.
    var waitingSeconds = 0.0
    /// Whether the input was incomplete.
    var isPartial = false
    /// What the input held besides, and the file that is written already does not.
    var losses: [ImageLoss] = []

    /// An image to be written.
    ///
    /// - Parameters:
    ///   - image: the image.
    ///   - seed: what it was made from, for the report.
    public init(_ image: Image, seed: UInt64? = nil) {
        content = .image(image)
        self.seed = seed
    }

    /// The image, unless it is written already.
    public var image: Image? {
        if case .image(let image) = content { image } else { nil }
    }

    /// A result of this size that is already written under its name in the job.
    public init(writtenWidth width: Int, height: Int, seed: UInt64? = nil) {
        content = .written(width: width, height: height)
        self.seed = seed
    }
}

extension ImageHeader {
    /// Bytes of memory that the decoded pixels take.
    public var byteCount: Int { width * height * channels * (bitDepth == 16 ? 2 : 1) }
}
