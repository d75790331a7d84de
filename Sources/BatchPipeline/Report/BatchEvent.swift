import ImageFiles

/// What is told of a batch while it is worked on. Events come from any thread.
public enum BatchEvent: Sendable {
    /// The work begins, on so many images.
    case began(images: Int)
    /// So many frames of a film are done, of about so many in all.
    case frames(of: String, done: Int, total: Int)
    /// A file has met its fate.
    case file(BatchRecord)
    /// The file of the report cannot be written any further, for this reason; the images go on.
    case reportFailed(String)
    /// Everything is over.
    case ended(BatchSummary)
}

/// What became of one file.
public struct BatchRecord: Sendable {
    /// What became of it.
    public enum Status: String, Sendable {
        /// Its results are written.
        case done
        /// It could not be worked on.
        case failed
        /// It was left out.
        case skipped
        /// It would be worked on if this were no dry run.
        case planned
    }

    /// The file.
    public let input: String
    /// The files of its results; empty for what was never going to have any.
    public let outputs: [String]
    /// What became of it.
    public let status: Status
    /// What went wrong, or why it was left out.
    public let reason: String?
    /// What it holds and its results do not.
    public let losses: [ImageLoss]
    /// What else is worth knowing of a film.
    public let notes: [String]
    /// The same and more as one line of JSON, as reports have it.
    public let json: String
    /// Whether it was one of the images that the batch began with.
    public let isCounted: Bool
}
