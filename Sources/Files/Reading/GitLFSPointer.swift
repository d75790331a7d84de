/// The small text that a checkout without Git LFS has in place of a large file.
package enum GitLFSPointer {
    private static let opening = "version https://git-lfs.github.com/spec/"

    /// What such a file is, and what to do.
    package static let words =
        "it is a Git LFS pointer, which only stands for the file: run “git lfs pull” where it comes from"

    /// Whether a file begins like one.
    package static func isOpening(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: opening.utf8) }
}
