import Synchronization

/// A cache of values made from the entries of a dataset, up to a number of entries. Entries that cannot be made are
/// reported once and skipped.
final class KeptEntries<Value: Sendable>: Sendable {
    private let count: Int
    private let capacity: Int
    private let make: @Sendable (Int) throws -> Value

    private struct State {
        var kept: [Int: Value] = [:]
        var skipped = SkippedEntries()
    }
    private let state = Mutex(State())

    /// - Parameters:
    ///   - count: the number of entries in the dataset.
    ///   - capacity: how many are kept.
    init(of count: Int, capacity: Int, make: @escaping @Sendable (Int) throws -> Value) {
        self.count = count
        self.capacity = capacity
        self.make = make
    }

    /// Messages about skipped entries, one for each entry.
    var warnings: [String] { state.withLock { $0.skipped.warnings } }

    /// The requested entry, or the next one that can be made; nil if there is none.
    ///
    /// - Throws: the error of an entry that there was no memory for, if none can be made.
    func usable(from wanted: Int) throws -> (index: Int, value: Value)? {
        for offset in 0..<count {
            let index = (wanted + offset) % count
            let (kept, isBroken) = state.withLock { ($0.kept[index], $0.skipped.isBroken(index)) }
            if let kept { return (index, kept) }
            if isBroken { continue }
            do {
                let made = try make(index)
                // With a random order, replacing cached entries gains nothing, so the first ones stay.
                state.withLock { if $0.kept.count < capacity { $0.kept[index] = made } }
                return (index, made)
            } catch {
                state.withLock { $0.skipped.add(index, because: error) }
            }
        }
        if let refusal = state.withLock({ $0.skipped.refusal }) { throw refusal }
        return nil
    }
}
