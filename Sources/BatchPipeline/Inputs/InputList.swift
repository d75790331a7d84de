import Files
import Foundation
import ImageFiles

/// The paths that a list names.
struct InputList {
    var paths: [String] = []
    /// Entries that are not valid UTF-8, in printable form.
    var unreadable: [String] = []

    /// Reads a list from a file, or from the standard input for `-`.
    ///
    /// - Throws: ``BatchError`` when there is no such file, or when it is no list.
    init(file: String) throws {
        let name = file == "-" ? "on the standard input" : file
        do {
            let input = try file == "-" ? InputFile(descriptor: 0, name: name) : InputFile(file)
            try self.init(input.readAll(limit: 1 << 30), name: name)
        } catch let error as FileReadError {
            throw BatchError.usage("The list \(name) cannot be read: \(error.reason).")
        }
    }

    /// Entries are separated by zero bytes if the list contains any, otherwise by line breaks of either kind. The text is
    /// UTF-8, or what a byte-order mark says, or UTF-16 if it cannot be anything else.
    ///
    /// - Throws: ``BatchError`` when the bytes are no list.
    init(_ bytes: [UInt8], name: String = "") throws {
        if let format = ImageFormat.sniff(bytes) {
            throw BatchError.usage(
                "The list \(name) is a \(format.name) image, not a list of names.")
        }
        let (encoding, markLength) = ListEncoding.of(bytes)
        guard let text = encoding.decoded(bytes[markLength...]) else {
            throw BatchError.usage("The list \(name) is not valid UTF-\(encoding.bits); save it as UTF-8.")
        }
        try self.init(text: text, name: name)
    }

    private init(text: [UInt8], name: String) throws {
        let hasZeros = text.contains(0)
        // Names that zeros separate may contain line breaks and tabs; lines may contain tabs.
        let allowed: Set<UInt8> = hasZeros ? [0, 9, 10, 13] : [9, 10]
        let entries = text.split(separator: hasZeros ? 0 : UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, entry) in entries.enumerated() {
            let line = !hasZeros && entry.last == UInt8(ascii: "\r") ? entry.dropLast() : entry
            if let control = line.first(where: { ($0 < 32 || $0 == 127) && !allowed.contains($0) }) {
                let code = String(control, radix: 16, uppercase: true)
                throw BatchError.usage(
                    "The list \(name) holds a control character (hexadecimal \(code)) in entry \(number + 1); "
                        + "it must be text, a name on each line.")
            }
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
