import Synchronization
import TensorCore

/// The images of each step. Each epoch has another order. Everything depends only on the seed and the step.
final class BatchOrder: Sendable {
    private let count: Int
    private let batch: Int
    private let seed: UInt64
    private let recent = Mutex<[Int: [Int]]>([:])

    /// Random streams used in this file: the upper half of the number is the purpose, the lower half the epoch or step.
    private enum Purpose: UInt64 {
        case order = 0x6F72_6465
        case mirror = 0x6D69_7272
        case labels = 0x6C61_6265

        func stream(_ number: Int) -> UInt64 { rawValue << 32 | UInt64(UInt32(truncatingIfNeeded: number)) }
    }

    init(count: Int, batch: Int, seed: UInt64) {
        self.count = count
        self.batch = batch
        self.seed = seed
    }

    func indices(at step: Int) -> [Int] {
        (0..<batch).map { slot in
            let position = step * batch + slot
            return permutation(ofEpoch: position / count)[position % count]
        }
    }

    /// Which images of a step are flipped left to right: one in two.
    func mirrored(at step: Int) -> [Bool] {
        Random(seed: seed, stream: Purpose.mirror.stream(step)).integers(batch, in: 0..<2).map { $0 == 1 }
    }

    /// Labels in random order: each class equally often, up to the remainder.
    func balancedLabels(_ labels: Int, classes: Int, at step: Int) -> [Int] {
        let random = Random(seed: seed, stream: Purpose.labels.stream(step))
        let start = random.permutation(classes)
        let shuffled = random.permutation(labels)
        return shuffled.map { start[$0 % classes] }
    }

    private func permutation(ofEpoch epoch: Int) -> [Int] {
        recent.withLock { recent in
            if let known = recent[epoch] { return known }
            let made = Random(seed: seed, stream: Purpose.order.stream(epoch)).permutation(count)
            if recent.count >= 4, let oldest = recent.keys.min() { recent[oldest] = nil }
            recent[epoch] = made
            return made
        }
    }
}
