import Foundation

/// Folders that are written completely or not at all.
package enum AtomicFolder {
    package static let temporaryPrefix = ".partial-"

    /// Fills a folder under a temporary name, syncs it, and renames it; only then removes an old folder of that name.
    ///
    /// - Throws: ``FileWriteError``, or the errors of `filling`.
    package static func write(_ path: String, filling: (String) throws -> Void) throws {
        let (parent, name) = split(path)
        let temporary = joined(parent, temporaryPrefix + name)
        let former = joined(parent, temporaryPrefix + "former-" + name)
        let files = FileManager.default
        try? files.removeItem(atPath: temporary)
        try? files.removeItem(atPath: former)
        do {
            try files.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            try filling(temporary)
        } catch {
            try? files.removeItem(atPath: temporary)
            throw error
        }
        for file in files.subpaths(atPath: temporary) ?? [] { sync(joined(temporary, file)) }
        sync(temporary)
        if files.fileExists(atPath: path) { rename(path, former) }
        guard rename(temporary, path) == 0 else { throw FileWriteError(path: path, reason: systemReason()) }
        sync(parent)
        try? files.removeItem(atPath: former)
    }
}
