import Files
import Foundation

/// What the program has said to this user and does not repeat: a file of hashes in the folder for caches.
struct SaidOnce {
    private let file: String

    /// Nil if nothing says where the folder is.
    static var ofUser: SaidOnce? {
        let environment = ProcessInfo.processInfo.environment
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
        let cache = folder("XDG_CACHE_HOME") ?? folder("HOME").map { $0 + "/.cache" }
        return cache.map { SaidOnce(file: $0 + "/atelier/said-once.txt") }
    }

    /// Notes that something is said.
    ///
    /// - Returns: whether it is the first time. What cannot be noted is said again.
    func note(_ words: String) -> Bool {
        let line = String(stableHash(words), radix: 16)
        let said = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        if said.split(separator: "\n").contains(line[...]) { return false }
        try? createFolders(split(file).folder)
        try? AtomicFile.write((said + line + "\n").utf8, to: file, .contents)
        return true
    }
}
