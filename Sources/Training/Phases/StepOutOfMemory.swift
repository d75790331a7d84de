import CPUBackend
import Memory

/// A step that memory did not suffice for. The players of its first phases may have moved; nothing else has changed.
struct StepOutOfMemory: Error {
    let cause: OutOfMemory
    /// Whether some players have moved.
    let isHalfDone: Bool
    /// Bytes of tensors that the step would have had at one time.
    private(set) var needed = 0

    init(_ cause: OutOfMemory, isHalfDone: Bool) { (self.cause, self.isHalfDone) = (cause, isHalfDone) }

    /// The same at the end of the step, when its needs are known.
    var ended: StepOutOfMemory {
        var ended = self
        ended.needed = BufferPool.shared.needed
        return ended
    }

    /// The largest batch that probably fits, asked when the tensors of the step are released; nil if that is unknown.
    ///
    /// What the step would have had beside the weights grows with the batch. A tenth is left for what kernels need.
    func fittingBatch(insteadOf batch: Int) -> Int? {
        BufferPool.shared.trim()
        let kept = BufferPool.shared.usage.live
        guard let room = MemoryRoom.now.bytes ?? cause.available, needed > kept else { return nil }
        let fitting = Double(batch) * 0.9 * Double(room) / Double(needed - kept)
        return min(Int(fitting), batch - 1)
    }
}
