import Files

/// Limits that prevent a file from exhausting the machine.
package struct ForeignWeightsLimits: Sendable, Hashable {
    /// Bytes of a pickle or of an ncnn graph.
    package var descriptionBytes = 64 << 20
    /// Instructions of a pickle; a tensor takes about thirty.
    package var pickleOperations = 1_000_000
    /// Entries of a zip archive.
    package var archiveEntries = 100_000
    /// Bytes of all tensors together, as 32-bit floats.
    package var tensorBytes = 8 << 30
    /// The memory of all tensors, as 32-bit floats, divided by the size of the file. Half precision doubles it; tensors
    /// that share memory count separately.
    package var growth = 16
    /// The size of an entry of an archive divided by its compressed size; applies from one megabyte on.
    package var compression = 200

    /// The default limits.
    package init() {}

    /// Those of an archive.
    var archive: ZipLimits {
        ZipLimits(entries: archiveEntries, directoryBytes: descriptionBytes, growth: compression)
    }

    /// The most bytes for all tensors of a file of that size, or for one of its storages.
    func allowance(fileSize: Int) -> Int {
        let (grown, overflows) = fileSize.multipliedReportingOverflow(by: growth)
        return overflows ? tensorBytes : min(tensorBytes, max(grown, 1 << 20))
    }

    /// Throws if a file of that size may not give that many 32-bit floats.
    func checkTotal(floats: Int, fileSize: Int) throws {
        let most = allowance(fileSize: fileSize)
        guard floats <= most / 4 else {
            throw ForeignWeightsError.Cause.tooLarge(
                "its tensors would take more than \(most >> 20) MB, the file has \(fileSize) bytes")
        }
    }
}
