/// Why a file is left out.
public enum SkipReason: String, Sendable, CaseIterable {
    /// The result exists.
    case existing = "already there"
    /// The result exists, and its image was changed after it was made.
    case outdated = "already there, older than their images"
    /// The result exists and has another size than it would have now.
    case otherSize = "already there in another size"
    /// The result exists and says that another model made it.
    case otherModel = "already there from another model"
    /// Names that begin with a dot.
    case hidden = "hidden"
    /// Files that operating systems and file managers leave behind.
    case system = "system files"
    /// Files whose names do not end like those of images.
    case notAImage = "not images"
    /// Images in other formats, judging by their names.
    case foreignImage = "images of formats that are not read"
    /// Films, while the program that reads them is missing.
    case film = "films, which need ffmpeg"
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

extension SkipReason {
    /// Results that exist but would come out differently now.
    static let stale: [SkipReason] = [.outdated, .otherSize, .otherModel]
}

/// A file that is left out.
struct SkippedFile: Sendable {
    let path: String
    var reason: SkipReason
    /// The job that is left out because its results exist.
    var job: ImageJob?
}

/// A file that cannot be processed.
struct FailedFile {
    let path: String
    let reason: String
}
