/// Limits that prevent a zip archive from exhausting the machine.
package struct ZipLimits: Sendable {
    /// Entries in it.
    package var entries: Int
    /// Bytes of its directory.
    package var directoryBytes: Int
    /// The size of an entry divided by its compressed size; applies from one megabyte on.
    package var growth: Int

    package init(entries: Int, directoryBytes: Int, growth: Int) {
        (self.entries, self.directoryBytes, self.growth) = (entries, directoryBytes, growth)
    }
}
