import CKernels
import Synchronization

/// Values that are written when they are first needed: those of a file of which kernels want a packed form only, or the
/// first draw of weights that a file is about to replace.
final class DeferredValues: Sendable {
    let count: Int
    private let write: @Sendable (UnsafeMutableBufferPointer<Float>) -> Void

    private struct State {
        /// Where they stay; 0 as long as nobody wants them to.
        var address: UInt = 0
        var wasVisited = false
    }
    private let state = Mutex(State())

    /// - Parameter write: writes all values, the same ones whenever it is asked.
    init(count: Int, write: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.count = count
        self.write = write
    }

    var isPending: Bool { state.withLock { $0.address == 0 } }

    /// The values, which stay from now on; nil only if there is no such address.
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

    /// The values in memory that is given back at once, the first time; in memory that stays from the second time on.
    func withPassing<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        let passes = state.withLock { state in
            defer { state.wasVisited = true }
            return state.address == 0 && !state.wasVisited
        }
        if passes, let block = ck_block_take(count * 4) {
            defer { ck_block_give(block) }
            let memory = block.bindMemory(to: Float.self, capacity: count)
            write(UnsafeMutableBufferPointer(start: memory, count: count))
            return try body(memory)
        }
        guard let pointer else { preconditionFailure("no memory for \(count) numbers") }
        return try body(pointer)
    }

    deinit {
        let address = state.withLock { $0.address }
        if let memory = UnsafeMutablePointer<Float>(bitPattern: address) { BufferPool.shared.give(memory, count) }
    }
}
