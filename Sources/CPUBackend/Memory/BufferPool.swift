import CKernels
import Memory
import Synchronization

/// Recycles buffers, because the page faults of a new large block cost more than the arithmetic on it.
///
/// Capacities are rounded up to one of eight steps for each power of two, so at most an eighth is wasted and blocks of
/// similar size can be reused. Unused blocks of one capacity form a list with its links inside the blocks, so `take`
/// and `give` take constant time under one lock. Before the pool exceeds the most memory ever in use at one time, it
/// reuses a block of up to twice the size.
package final class BufferPool: Sendable {
    package static let shared = BufferPool()

    package init() {}

    private struct State {
        /// The address of the first unused block of each capacity; 0 for none.
        var heads = [UInt](repeating: 0, count: 8 * Int.bitWidth)
        var freeBytes = 0
        var liveBytes = 0
        var peakBytes = 0
        /// Bytes of blocks that there was no memory for, and the most of all blocks while there were such.
        var missingBytes = 0
        var neededBytes = 0
        /// The lists of blocks in use that are larger than they had to be, by their addresses.
        var larger: [UInt: Int] = [:]

        /// The list from which a block of a list's capacity is taken.
        func source(for list: Int) -> Int {
            let bytes = 4 * BufferPool.capacity(of: list)
            guard heads[list] == 0, bytes >= BufferPool.large, liveBytes + freeBytes + bytes > peakBytes else {
                return list
            }
            return (list...min(list + 8, heads.count - 1)).first { heads[$0] != 0 } ?? list
        }

        /// Removes the largest unused blocks until all blocks together are only slightly larger than the peak use.
        mutating func surplus() -> [UInt] {
            var blocks: [UInt] = []
            let allowed = peakBytes + peakBytes / 8 + (64 << 20) - liveBytes
            for list in heads.indices.reversed() where freeBytes > allowed {
                while freeBytes > allowed, let block = UnsafeMutableRawPointer(bitPattern: heads[list]) {
                    heads[list] = block.load(as: UInt.self)
                    freeBytes -= 4 * BufferPool.capacity(of: list)
                    blocks.append(UInt(bitPattern: block))
                }
            }
            return blocks
        }
    }
    private let state = Mutex(State())

    /// A block for `count` elements. Without memory for it, unused blocks are given back first.
    package func take(_ count: Int) throws(OutOfMemory) -> UnsafeMutablePointer<Float> {
        let (capacity, own) = Self.capacity(for: count)
        let (reused, surplus, peak) = state.withLock { state -> (UInt, [UInt], Int) in
            let peak = state.peakBytes
            let list = state.source(for: own)
            let bytes = list == own ? 4 * capacity : 4 * Self.capacity(of: list)
            state.liveBytes += bytes
            state.peakBytes = max(state.peakBytes, state.liveBytes)
            let head = UnsafeMutableRawPointer(bitPattern: state.heads[list])
            guard let head else { return (0, state.surplus(), peak) }
            state.heads[list] = head.load(as: UInt.self)
            state.freeBytes -= bytes
            if list != own { state.larger[UInt(bitPattern: head)] = list }
            return (UInt(bitPattern: head), [], peak)
        }
        let bytes = capacity * 4
        for block in surplus { ck_block_give(UnsafeMutableRawPointer(bitPattern: block)) }
        guard let block = UnsafeMutableRawPointer(bitPattern: reused) ?? ck_block_take(bytes) ?? retaken(bytes) else {
            state.withLock { state in
                state.liveBytes -= bytes
                state.peakBytes = max(peak, state.liveBytes)
            }
            throw .last
        }
        return block.bindMemory(to: Float.self, capacity: capacity)
    }

    private func retaken(_ bytes: Int) -> UnsafeMutableRawPointer? {
        trim()
        ck_scratch_trim()
        return ck_block_take(bytes)
    }

    /// Keeps count of a block that there was no memory for.
    func miss(_ count: Int) {
        let bytes = 4 * Self.capacity(for: count).elements
        state.withLock { state in
            if state.missingBytes == 0 { state.neededBytes = state.liveBytes }
            state.missingBytes += bytes
            state.neededBytes = max(state.neededBytes, state.liveBytes + state.missingBytes)
        }
    }

    /// Such a block is needed no longer.
    func stopMissing(_ count: Int) {
        let bytes = 4 * Self.capacity(for: count).elements
        state.withLock { $0.missingBytes -= bytes }
    }

    /// The most bytes that there would have been in use, had there been memory for all, since it ran out.
    package var needed: Int { state.withLock { $0.neededBytes } }

    /// Returns a block from `take(count)`.
    package func give(_ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
        let (capacity, own) = Self.capacity(for: count)
        let address = UInt(bitPattern: pointer)
        state.withLock { state in
            let larger = state.larger.removeValue(forKey: address)
            let list = larger ?? own
            let bytes = 4 * (larger.map(Self.capacity) ?? capacity)
            state.liveBytes -= bytes
            UnsafeMutableRawPointer(bitPattern: address)?.storeBytes(of: state.heads[list], as: UInt.self)
            state.heads[list] = address
            state.freeBytes += bytes
        }
    }

    /// Gives every unused block back to the system.
    package func trim() {
        let heads = state.withLock { state in
            defer {
                state.heads = [UInt](repeating: 0, count: state.heads.count)
                state.freeBytes = 0
            }
            return state.heads
        }
        for head in heads {
            var next = UnsafeMutableRawPointer(bitPattern: head)
            while let block = next {
                next = UnsafeMutableRawPointer(bitPattern: block.load(as: UInt.self))
                ck_block_give(block)
            }
        }
    }

    /// Bytes in use by tensors now, and the most there have been.
    package var usage: (live: Int, peak: Int) { state.withLock { ($0.liveBytes, $0.peakBytes) } }

    /// Bytes in unused blocks.
    package var unused: Int { state.withLock { $0.freeBytes } }

    /// The size from which blocks of another size are considered.
    private static let large = 1 << 20

    /// How many elements the blocks of a list have.
    private static func capacity(of list: Int) -> Int {
        list == 0 ? 64 : (8 + list % 8 + 1) << (list / 8 - 3)
    }

    /// How many elements a block for `count` of them has, and which list such blocks are kept in.
    private static func capacity(for count: Int) -> (elements: Int, list: Int) {
        guard count > 64 else { return (64, 0) }
        let exponent = Int.bitWidth - 1 - (count - 1).leadingZeroBitCount
        let step = 1 << max(4, exponent - 3)
        let elements = (count + step - 1) / step * step
        return (elements, 8 * exponent + (elements - 1) >> (exponent - 3) & 7)
    }
}
