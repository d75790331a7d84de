import Glibc

/// A name within a folder as a path.
package func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
}

/// The folder of a path and the name within it; `.` when there is no slash.
package func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
}

/// A path without slashes at its end.
package func trimmed(_ path: String) -> String {
    var end = path.utf8.endIndex
    while end != path.startIndex {
        let last = path.utf8.index(before: end)
        guard path.utf8[last] == UInt8(ascii: "/"), last != path.startIndex else { break }
        end = last
    }
    return String(path[..<end])
}

/// The absolute path without links; nil if nothing is there.
package func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(validatingCString: real)
}
