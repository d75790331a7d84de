import CKernels
import Synchronization

/// A 64-byte aligned block of float32 values in some physical order. Written once, by the kernel that makes it, and
/// immutable afterwards; given back to the pool when the last tensor that shares it goes away.
package final class Storage: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<Float>
    package let count: Int
    package let layout: Layout
    private let capacity: Int

    /// Names these contents for as long as the process runs: a packed form of them may be kept under it.
    package let identity: UInt64
    private static let identities = Atomic<UInt64>(1)

    /// Called with the identity when the contents go away.
    private let onRelease = Mutex<(@Sendable (UInt64) -> Void)?>(nil)

    package init(count: Int, layout: Layout = .plain) {
        self.count = count
        self.layout = layout
        (pointer, capacity) = BufferPool.shared.take(count)
        identity = Storage.identities.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    /// Asks for a call when these contents go away, so that what was derived from them can be dropped.
    package func whenReleased(_ action: @escaping @Sendable (UInt64) -> Void) {
        onRelease.withLock { if $0 == nil { $0 = action } }
    }

    deinit {
        onRelease.withLock { $0 }?(identity)
        BufferPool.shared.give(pointer, capacity)
    }
}

/// Recycles buffers: a fresh large block costs more in page faults than the arithmetic done on it.
///
/// Capacities are rounded up to one of eight steps per power of two, so at most an eighth is wasted and blocks of
/// about one size meet again. `take` and `give` are constant-time under one lock.
package final class BufferPool: Sendable {
    package static let shared = BufferPool()

    private struct State {
        var free: [Int: [UInt]] = [:]
        var freeBytes = 0
        var liveBytes = 0
        var peakBytes = 0
    }
    private let state = Mutex(State())

    /// What is allowed to lie unused, in bytes, before blocks go back to the system.
    private let retainedLimit = 4 << 30

    package func take(_ count: Int) -> (UnsafeMutablePointer<Float>, Int) {
        let capacity = Self.capacity(for: count)
        let bytes = capacity * 4
        let reused: UInt? = state.withLock { state in
            state.liveBytes += bytes
            state.peakBytes = max(state.peakBytes, state.liveBytes)
            guard let address = state.free[capacity]?.popLast() else { return nil }
            state.freeBytes -= bytes
            return address
        }
        if let reused, let pointer = UnsafeMutablePointer<Float>(bitPattern: reused) { return (pointer, capacity) }
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        return (raw.bindMemory(to: Float.self, capacity: capacity), capacity)
    }

    package func give(_ pointer: UnsafeMutablePointer<Float>, _ capacity: Int) {
        let bytes = capacity * 4
        let kept = state.withLock { state in
            state.liveBytes -= bytes
            guard state.freeBytes + bytes <= retainedLimit else { return false }
            state.free[capacity, default: []].append(UInt(bitPattern: pointer))
            state.freeBytes += bytes
            return true
        }
        if !kept { UnsafeMutableRawPointer(pointer).deallocate() }
    }

    /// Gives every unused block back to the system.
    package func trim() {
        let blocks = state.withLock { state in
            defer { state.free = [:]; state.freeBytes = 0 }
            return state.free.values.flatMap { $0 }
        }
        for block in blocks { UnsafeMutableRawPointer(bitPattern: block)?.deallocate() }
    }

    /// Bytes in use by tensors now, and the most there have been.
    package var usage: (live: Int, peak: Int) { state.withLock { ($0.liveBytes, $0.peakBytes) } }

    private static func capacity(for count: Int) -> Int {
        guard count > 64 else { return 64 }
        let step = 1 << max(4, (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) - 3)
        return (count + step - 1) / step * step
    }
}
