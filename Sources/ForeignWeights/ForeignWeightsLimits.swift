import Files

/// What is taken from a file at most, so that none can exhaust the machine.
public struct ForeignWeightsLimits: Sendable, Hashable {
    /// Bytes of a pickle or of an ncnn graph.
    public var descriptionBytes = 64 << 20
    /// Instructions of a pickle; a tensor takes some thirty.
    public var pickleOperations = 1_000_000
    /// Entries of a zip archive.
    public var archiveEntries = 100_000
    /// Bytes of all tensors together, as 32-bit floats.
    public var tensorBytes = 8 << 30
    /// How many times the file's own bytes its tensors may take together, as 32-bit floats. Half precision doubles
    /// them, tensors that share their numbers count each.
    public var growth = 16
    /// How many times its compressed bytes an entry of an archive may take, once it has a megabyte.
    public var compression = 200

    /// The limits that are used when none are given.
    public init() {}

    /// Those of an archive.
    var archive: ZipLimits {
        ZipLimits(entries: archiveEntries, directoryBytes: descriptionBytes, growth: compression)
    }

    /// How many bytes the tensors of a file of that size may take together, or one of its storages.
    func allowance(fileSize: Int) -> Int {
        let (grown, overflows) = fileSize.multipliedReportingOverflow(by: growth)
        return overflows ? tensorBytes : min(tensorBytes, max(grown, 1 << 20))
    }

    /// Whether so many 32-bit floats may come out of a file of that size.
    func checkTotal(floats: Int, fileSize: Int) throws {
        let most = allowance(fileSize: fileSize)
        guard floats <= most / 4 else {
            throw ForeignWeightsError.Cause.tooLarge(
                "its tensors would take more than \(most >> 20) MB, the file has \(fileSize) bytes")
        }
    }
}
