/// Why something that was found is not worked on.
public enum SkipReason: String, Sendable, CaseIterable {
    /// The result is there already.
    case existing = "already there"
    /// Names that begin with a dot.
    case hidden = "hidden"
    /// What systems and file managers leave behind.
    case system = "system files"
    /// Files whose names are not those of images.
    case notAImage = "not images"
    /// Images in formats that are not read, by their names.
    case foreignImage = "images that are neither PNG nor JPEG"
    /// Pipes, sockets and devices.
    case special = "pipes, sockets or devices"
    /// Links that lead nowhere, or to themselves.
    case brokenLink = "broken links"
    /// Folders that were gone through already: links make loops.
    case seenBefore = "folders seen before"
    /// Files that were named twice.
    case namedTwice = "named twice"
    /// The output folder itself, and results of an earlier run beside their inputs.
    case earlierResult = "earlier results"
}

/// Something that is not worked on.
struct SkippedFile {
    let path: String
    let reason: SkipReason
}

/// Something that cannot be worked on.
struct FailedFile {
    let path: String
    let reason: String
}
