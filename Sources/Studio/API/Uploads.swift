import Files
import Foundation
import Synchronization

/// Files of weights that were sent, until they are imported: a few, in a folder of their own that goes with Studio.
package final class Uploads: Sendable {
    private let folder: String
    private let files = Mutex<[(name: String, path: String)]>([])

    /// How many are kept.
    private static let most = 3

    package init() { folder = FileManager.default.temporaryDirectory.path + "/atelier-studio-" + randomName() }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Keeps a file. The oldest one goes if there are too many.
    ///
    /// - Parameter ending: the ending of its name, which tells some formats apart.
    /// - Returns: what it is called, and where it is.
    package func add(_ bytes: [UInt8], ending: String) throws -> (name: String, path: String) {
        try createFolders(folder)
        chmod(folder, 0o700)
        let name = randomName()
        let path = folder + "/" + name + "." + ending
        try AtomicFile.write(bytes, to: path, .contents)
        let old = files.withLock { files -> String? in
            files.append((name, path))
            return files.count > Self.most ? files.removeFirst().path : nil
        }
        if let old { unlink(old) }
        return (name, path)
    }

    /// Where a file is that was kept.
    ///
    /// - Throws: ``Refusal`` (404).
    package func path(_ name: String) throws(Refusal) -> String {
        guard let file = files.withLock({ files in files.first { $0.name == name } }) else {
            throw .missing("The uploaded file is no longer kept. Send it again.")
        }
        return file.path
    }

    /// Forgets a file.
    package func remove(_ name: String) {
        let path = files.withLock { files -> String? in
            let index = files.firstIndex { $0.name == name }
            return index.map { files.remove(at: $0).path }
        }
        if let path { unlink(path) }
    }
}
