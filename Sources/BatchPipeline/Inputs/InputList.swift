import Files
import Foundation

/// The paths that a list names.
struct InputList {
    var paths: [String] = []
    /// Entries that are not valid UTF-8, in printable form.
    var unreadable: [String] = []

    /// Reads a list from a file, or from the standard input for `-`.
    ///
    /// - Throws: ``BatchError`` when there is no such file.
    init(file: String) throws {
        do {
            self.init(try InputFile(file == "-" ? "/dev/stdin" : file).readAll(limit: 1 << 30))
        } catch let error as FileReadError {
            throw BatchError.usage("The list \(file) cannot be read: \(error.reason).")
        }
    }

    /// Entries are separated by zero bytes if the list contains any, otherwise by line breaks of either kind.
    init(_ bytes: [UInt8]) {
        let hasZeros = bytes.contains(0)
        for entry in bytes.split(separator: hasZeros ? 0 : UInt8(ascii: "\n")) {
            let line = !hasZeros && entry.last == UInt8(ascii: "\r") ? entry.dropLast() : entry
            guard !line.isEmpty else { continue }
            if let path = String(validating: line, as: UTF8.self) {
                paths.append(path)
            } else {
                unreadable.append(String(decoding: line, as: UTF8.self))
            }
        }
    }

    /// The place of each path's results below the output folder. A relative path keeps its path. Absolute paths, and
    /// those that lead upward, get the path below their deepest common folder.
    static func mirrors(of paths: [String], workingFolder: String) -> [String] {
        let parts = paths.map { path in components(path, in: workingFolder) }
        let outside = parts.filter(\.isOutside).map { $0.names.dropLast() }
        let shared = outside.dropFirst().reduce(outside.first.map { Array($0) } ?? []) { shared, names in
            Array(zip(shared, names).prefix { $0.0.utf8.elementsEqual($0.1.utf8) }.map(\.0))
        }
        return parts.map { part in
            (part.isOutside ? Array(part.names.dropFirst(shared.count)) : part.names).joined(separator: "/")
        }
    }

    private static func components(_ path: String, in workingFolder: String) -> (names: [String], isOutside: Bool) {
        func names(_ path: String) -> [String] { path.split(separator: "/").map(String.init).filter { $0 != "." } }
        let own = names(path)
        if !path.hasPrefix("/"), !own.contains("..") { return (own, false) }
        var result: [String] = []
        for name in (path.hasPrefix("/") ? [] : names(workingFolder)) + own {
            if name == ".." { _ = result.popLast() } else { result.append(name) }
        }
        return (result, true)
    }
}
