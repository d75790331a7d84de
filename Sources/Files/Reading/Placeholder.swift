/// What stands for the contents of a file that have not been fetched.
package enum Placeholder {
    /// The words for it, with what to do; nil if a file that begins like this has its own contents.
    ///
    /// - Parameter start: 64 bytes of the file, or all of a shorter one.
    package static func words(for start: some Sequence<UInt8>) -> String? {
        let start = Array(start.prefix(64))
        func says(_ text: String) -> Bool { start.starts(with: text.utf8) }
        if says("version https://git-lfs.github.com/") || says("version https://hawser.github.com/") {
            return "it is a Git LFS pointer, and the contents have not been fetched; run git lfs pull"
        }
        if says("/annex/objects/") {
            return "it is a git-annex pointer, and the contents have not been fetched; run git annex get"
        }
        return nil
    }
}
