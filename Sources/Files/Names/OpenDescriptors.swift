/// The descriptor that a path stands for: 1 for `/dev/stdout`, 3 for `/dev/fd/3`. Nil for other paths.
///
/// Opening such a path anew would lose the position of a regular file, and replacing it would cut it off from whoever
/// opened it.
package func openDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
        }
        return nil
    }
}

/// The paths of the standard streams.
package enum StandardStream {
    /// The standard output as a file.
    package static let output = "/dev/stdout"
    /// How messages call the standard input.
    package static let inputName = "standard input"
}
