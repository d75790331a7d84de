import ImageFiles
import TensorCore

/// The images of a step, their crops, and which are mirrored. Everything depends only on the seed and the step.
final class CutOrder: Sendable {
    private let frame: PairFrame
    private let batch: Int
    private let seed: UInt64
    private let order: BatchOrder

    init(count: Int, frame: PairFrame, batch: Int, seed: UInt64) {
        self.frame = frame
        self.batch = batch
        self.seed = seed
        order = BatchOrder(count: count, batch: batch, seed: seed)
    }

    /// Draws on the calling thread, for the same reason as ``BatchLoader``.
    func cuts(at step: Int) -> Cuts {
        let random = Random(seed: seed, stream: 0x6375_7473 << 32 | UInt64(UInt32(truncatingIfNeeded: step)))
        let places = frame.loadSize - frame.cropSize + 1
        let (xs, ys) = (random.integers(batch, in: 0..<places), random.integers(batch, in: 0..<places))
        return Cuts(
            indices: order.indices(at: step),
            mirrored: frame.flip ? order.mirrored(at: step) : [Bool](repeating: false, count: batch),
            corners: zip(xs, ys).map { ($0, $1) }, side: frame.cropSize)
    }
}

/// The images of one step with their crops and flips.
struct Cuts: Sendable {
    let indices: [Int]
    let mirrored: [Bool]
    let corners: [(x: Int, y: Int)]
    let side: Int

    /// The crop of the image in a slot of the batch.
    func cut(_ image: Image, slot: Int) -> Image {
        image.cropped(x: corners[slot].x, y: corners[slot].y, width: side, height: side)
    }
}
