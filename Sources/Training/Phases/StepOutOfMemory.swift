import CPUBackend
import Memory

/// A step that memory did not suffice for. It never leaves the thread of the training.
struct StepOutOfMemory: MemoryFailure, @unchecked Sendable {
    let cause: OutOfMemory
    /// Whether parameters may have moved. If not, everything is as it was before the step.
    let isHalfDone: Bool
    var outOfMemory: OutOfMemory? { cause }
    private let phaseBytes: Int
    private let rest: () throws -> Void

    /// - Parameter rest: computes the gradients of the phases that were not begun.
    init(_ cause: OutOfMemory, isHalfDone: Bool, rest: @escaping () throws -> Void) {
        (self.cause, self.isHalfDone, self.rest) = (cause, isHalfDone, rest)
        phaseBytes = BufferPool.shared.needed
    }

    /// The largest batch that probably fits; nil if that is unknown. The training cannot go on after this.
    ///
    /// The step goes on without values, which costs nothing and shows how much memory its tensors would take at one time.
    /// What they take beside the weights grows with the batch. A tenth is left for what kernels need.
    func fittingBatch(insteadOf batch: Int) -> Int? {
        try? MemoryJob.run {
            MemoryJob.note(cause)
            try rest()
        }
        let needed = max(phaseBytes, BufferPool.shared.needed)
        BufferPool.shared.trim()
        let kept = BufferPool.shared.usage.live
        guard let room = MemoryRoom.now.bytes ?? cause.available, needed > kept else { return nil }
        return Int(min(Double(batch) * 0.9 * Double(room) / Double(needed - kept), Double(batch - 1)))
    }
}
