/// Memory for buckets of gradients, used again from step to step: the system clears what is new, which takes longer than
/// the numbers of a bucket travel. Used on one thread at a time.
final class BucketMemory: @unchecked Sendable {
    private var free: [Int: [UnsafeMutableBufferPointer<Float>]] = [:]

    deinit { for block in free.values.joined() { block.deallocate() } }

    /// Room for so many numbers.
    func take(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
        free[count]?.popLast() ?? .allocate(capacity: count)
    }

    /// Keeps a block for the next who takes as many.
    func giveBack(_ block: UnsafeMutableBufferPointer<Float>) { free[block.count, default: []].append(block) }
}
