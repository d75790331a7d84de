import CKernels
import Synchronization

/// Values that are computed when they are first needed: numbers in a file of which kernels need only a packed form, or
/// initial weights that a file may replace.
final class DeferredValues: Sendable {
    let count: Int
    private let write: @Sendable (UnsafeMutableBufferPointer<Float>) -> Void

    private struct State {
        /// Their address; 0 until they are stored.
        var address: UInt = 0
        var wasVisited = false
    }
    private let state = Mutex(State())

    /// - Parameter write: writes all values; always the same ones.
    init(count: Int, write: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.count = count
        self.write = write
    }

    var isPending: Bool { state.withLock { $0.address == 0 } }

    /// The values, which stay in memory from now on; nil only if the allocation fails.
    var pointer: UnsafeMutablePointer<Float>? {
        let address = state.withLock { state in
            if state.address == 0 {
                let memory = BufferPool.shared.take(count)
                write(UnsafeMutableBufferPointer(start: memory, count: count))
                state.address = UInt(bitPattern: memory)
            }
            return state.address
        }
        return UnsafeMutablePointer(bitPattern: address)
    }

    /// Provides the values: the first time in temporary memory, from the second time on in memory that stays.
    func withPassing<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        let passes = state.withLock { state in
            defer { state.wasVisited = true }
            return state.address == 0 && !state.wasVisited
        }
        return try provide(inPassing: passes, body)
    }

    /// Provides the values for a look that does not count as a use: in temporary memory unless they are stored.
    func withGlance<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        try provide(inPassing: isPending, body)
    }

    private func provide<Result>(
        inPassing passes: Bool, _ body: (UnsafeMutablePointer<Float>) throws -> Result
    ) rethrows -> Result {
        if passes, let block = ck_block_take(count * 4) {
            defer { ck_block_give(block) }
            let memory = block.bindMemory(to: Float.self, capacity: count)
            write(UnsafeMutableBufferPointer(start: memory, count: count))
            return try body(memory)
        }
        guard let pointer else { preconditionFailure("out of memory: \(count) numbers") }
        return try body(pointer)
    }

    deinit {
        let address = state.withLock { $0.address }
        if let memory = UnsafeMutablePointer<Float>(bitPattern: address) { BufferPool.shared.give(memory, count) }
    }
}
