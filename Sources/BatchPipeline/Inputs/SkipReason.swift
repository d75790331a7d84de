/// Why a file is left out.
public enum SkipReason: String, Sendable, CaseIterable {
    /// The result exists.
    case existing = "already there"
    /// Names that begin with a dot.
    case hidden = "hidden"
    /// Files that operating systems and file managers leave behind.
    case system = "system files"
    /// Files whose names do not end like those of images.
    case notAImage = "not images"
    /// Images in other formats, judging by their names.
    case foreignImage = "images that are neither PNG nor JPEG"
    /// Pipes, sockets and devices.
    case special = "pipes, sockets or devices"
    /// Links that lead nowhere, or to themselves.
    case brokenLink = "broken links"
    /// Folders that were already scanned, because links form loops.
    case seenBefore = "folders seen before"
    /// Files that were named twice.
    case namedTwice = "named twice"
    /// The output folder itself, and results of an earlier run beside their inputs.
    case earlierResult = "earlier results"
}

/// A file that is left out.
struct SkippedFile {
    let path: String
    let reason: SkipReason
}

/// A file that cannot be processed.
struct FailedFile {
    let path: String
    let reason: String
}
