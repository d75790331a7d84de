import ImageFiles

/// How an image comes to whoever works on it.
public enum ImageHandling: Sendable {
    /// Decoded. `resultBytes` is about how much memory the results will take.
    case decoded(resultBytes: Int)
    /// As a file, for images that are better read, worked on and written in strips: it is left to the work to read it
    /// and to write the results. `bytes` is how much memory that takes.
    case file(bytes: Int)
}

/// An image that is ready to be worked on.
public struct ImageTask: Sendable {
    /// Which image, and where its results go.
    public let job: ImageJob
    /// Its size and kind.
    public let header: ImageHeader
    /// Its pixels; nil when it is left to the work to read them.
    public let image: Image?
    let stop: StopWatch
    let settings: BatchSettings

    /// Whether the work is no longer wanted. Long work asks now and then, and throws `CancellationError`.
    public var isCanceled: Bool { stop.isStopped }
}

/// What was made of an image, for one of its variants.
public struct ImageResult: Sendable {
    enum Content: Sendable {
        case image(Image)
        case written(width: Int, height: Int)
    }

    let content: Content
    let seed: UInt64?
    /// Seconds in which the work waited for reading or writing.
    var waitingSeconds = 0.0
    /// Whether something of the image that came in is missing.
    var isPartial = false

    /// An image to be written.
    ///
    /// - Parameter seed: what it was made from, for the report.
    public init(_ image: Image, seed: UInt64? = nil) {
        content = .image(image)
        self.seed = seed
    }

    /// The image, unless it is written already.
    public var image: Image? {
        if case .image(let image) = content { image } else { nil }
    }

    /// An image of this size that is written already, under the name that the job has for it.
    public init(writtenWidth width: Int, height: Int, seed: UInt64? = nil) {
        content = .written(width: width, height: height)
        self.seed = seed
    }
}

extension ImageHeader {
    /// Bytes of memory that the decoded pixels take.
    public var byteCount: Int { width * height * channels * (bitDepth == 16 ? 2 : 1) }
}
