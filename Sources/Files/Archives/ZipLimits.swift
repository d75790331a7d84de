/// What is taken from a zip archive at most, so that none can exhaust the machine.
package struct ZipLimits: Sendable {
    /// Entries in it.
    package var entries: Int
    /// Bytes of its directory.
    package var directoryBytes: Int
    /// How many times its compressed bytes an entry may take, once it has a megabyte.
    package var growth: Int

    package init(entries: Int, directoryBytes: Int, growth: Int) {
        (self.entries, self.directoryBytes, self.growth) = (entries, directoryBytes, growth)
    }
}
