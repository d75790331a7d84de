import Memory

/// The entries of a dataset that could not be made, which others replace. Those that are broken stay so. A lack of memory
/// says nothing of an entry: it is tried again when it is wanted again.
struct SkippedEntries {
    /// Messages, one for each entry.
    private(set) var warnings: [String] = []
    /// The error of one that there was no memory for.
    private(set) var refusal: (any Error)?
    private var broken: Set<Int> = []
    private var named: Set<Int> = []

    /// Whether an entry need not be tried.
    func isBroken(_ index: Int) -> Bool { broken.contains(index) }

    /// Takes notice of an entry that could not be made.
    mutating func add(_ index: Int, because error: any Error) {
        if OutOfMemory.cause(of: error) != nil {
            refusal = error
        } else {
            broken.insert(index)
        }
        if named.insert(index).inserted { warnings.append("skipped \(error)") }
    }
}
