import Foundation

/// Folders that are either there completely or not at all.
package enum FolderReplacement {
    package static let temporaryPrefix = ".partial-"

    /// Fills a folder under a temporary name, syncs it, and gives it its name; a folder that had the name before is
    /// removed only then.
    package static func write(_ path: String, filling: (String) throws -> Void) throws {
        let (parent, name) = split(path)
        let temporary = parent + "/" + temporaryPrefix + name
        let former = parent + "/" + temporaryPrefix + "former-" + name
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
        for file in files.subpaths(atPath: temporary) ?? [] { sync(temporary + "/" + file) }
        sync(temporary)
        if files.fileExists(atPath: path) { rename(path, former) }
        guard rename(temporary, path) == 0 else {
            throw TrainingError.file(path: path, reason: String(cString: strerror(errno)))
        }
        sync(parent)
        try? files.removeItem(atPath: former)
    }

    private static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let parent = path[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
    }

    private static func sync(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
