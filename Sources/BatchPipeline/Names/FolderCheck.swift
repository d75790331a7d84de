import Files

/// Finds out whether results can be written, before anything is computed. Each folder is tried once.
package struct FolderCheck {
    /// By the bytes of the path: strings treat two encodings of one accented letter as equal, disks do not.
    private var known: [[UInt8]: FileWriteError?] = [:]

    package init() {}

    /// Why a file cannot be created or replaced; nil if it can, or if it is no ordinary file.
    package mutating func problem(of path: String) -> FileWriteError? {
        guard openDescriptor(path) == nil else { return nil }
        switch FileStatus(path)?.kind {
        case .special, .link: return nil
        case .folder: return FileWriteError(path: path, reason: "it is a directory")
        case .file: return problem(in: split(resolved(path) ?? path).folder)
        case nil: return problem(in: split(path).folder)
        }
    }

    /// Why a folder takes no files; for one that is not there yet, the reason of the folder above it.
    private mutating func problem(in folder: String) -> FileWriteError? {
        let key = Array(folder.utf8)
        if let problem = known[key] { return problem }
        var problem: FileWriteError?
        switch FileStatus(folder)?.kind {
        case .folder: do { try AtomicFile.checkFolder(folder) } catch { problem = error }
        case nil: if folder != "." { problem = self.problem(in: split(folder).folder) }
        default: problem = FileWriteError(path: folder, reason: "there is a file of that name")
        }
        known[key] = .some(problem)
        return problem
    }
}
