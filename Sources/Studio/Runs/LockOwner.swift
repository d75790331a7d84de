import Files
import Foundation
import Training

extension RunFolder {
    /// The process that trains in the folder, whoever started it; nil if none does, or if the system does not show it.
    ///
    /// The system lists who holds locks, but not reliably of which files: these are among the files that the process has
    /// open.
    var trainer: pid_t? {
        guard isLocked, let lock = realpath(path + "/.lock", nil) else { return nil }
        defer { free(lock) }
        let file = String(cString: lock)
        return Self.lockOwners.first { $0 != getpid() && Self.hasOpen(file, $0) }
    }

    /// The processes that hold locks of whole files.
    private static var lockOwners: Set<pid_t> {
        let text = (try? String(contentsOfFile: "/proc/locks", encoding: .utf8)) ?? ""
        return Set(
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                // 1: FLOCK ADVISORY WRITE 4711 08:01:123 0 EOF
                return words.count > 4 && words[1] == "FLOCK" && words[3] == "WRITE" ? pid_t(words[4]) : nil
            })
    }

    private static func hasOpen(_ file: String, _ process: pid_t) -> Bool {
        let folder = "/proc/\(process)/fd"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.contains {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0)) == file
        }
    }
}
