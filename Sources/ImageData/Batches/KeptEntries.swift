import Synchronization

/// What has been made of the entries of a set, kept up to a number so that it need not be made again. Entries that
/// cannot be made are noted once and passed over.
final class KeptEntries<Value: Sendable>: Sendable {
    private let count: Int
    private let capacity: Int
    private let make: @Sendable (Int) throws -> Value

    private struct State {
        var kept: [Int: Value] = [:]
        var broken: Set<Int> = []
        var warnings: [String] = []
    }
    private let state = Mutex(State())

    /// - Parameters:
    ///   - count: how many entries the set has.
    ///   - capacity: how many are kept.
    init(of count: Int, capacity: Int, make: @escaping @Sendable (Int) throws -> Value) {
        self.count = count
        self.capacity = capacity
        self.make = make
    }

    /// What was passed over so far, each entry once.
    var warnings: [String] { state.withLock { $0.warnings } }

    /// The entry wanted, or the next in the set that can be made; nil when there is none.
    func usable(from wanted: Int) -> (index: Int, value: Value)? {
        for offset in 0..<count {
            let index = (wanted + offset) % count
            let (kept, isBroken) = state.withLock { ($0.kept[index], $0.broken.contains(index)) }
            if let kept { return (index, kept) }
            if isBroken { continue }
            do {
                let made = try make(index)
                // A random order gains nothing from replacing what is kept, so the first to come stay.
                state.withLock { if $0.kept.count < capacity { $0.kept[index] = made } }
                return (index, made)
            } catch {
                state.withLock { state in
                    if state.broken.insert(index).inserted { state.warnings.append("skipped \(error)") }
                }
            }
        }
        return nil
    }
}
