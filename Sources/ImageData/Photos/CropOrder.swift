import Synchronization
import TensorCore

/// Which photos crops are cut from. A photo has a turn for every square of 480 pixels that fits in; the set is walked
/// through again and again, each time in another order. All of it depends on the seed and the position only.
///
/// Photos are taken in groups that fit in memory together, so that each is decoded once in a round, however large the
/// set is; within a group turns are shuffled.
final class CropOrder: Sendable {
    private let photos: [(turns: Int, bytes: Int)]
    private let groupBytes: Int
    private let seed: UInt64
    private let recent = Mutex<[Int: [Int32]]>([:])
    /// Turns in a round.
    let count: Int

    /// - Parameters:
    ///   - sizes: of the photos.
    ///   - channels: of a decoded photo.
    ///   - groupBytes: what the decoded photos of a group take at most.
    init(_ sizes: [ImageSize], channels: Int, groupBytes: Int, seed: UInt64) {
        photos = sizes.map { size in
            let area = size.width * size.height
            return (max(area / (480 * 480), 1), area * channels)
        }
        self.groupBytes = groupBytes
        self.seed = seed
        count = photos.reduce(0) { $0 + $1.turns }
    }

    /// The photos of some positions in the endless order.
    func photos(at positions: Range<Int>) -> [Int] {
        positions.map { Int(round($0 / count)[$0 % count]) }
    }

    private func round(_ number: Int) -> [Int32] {
        recent.withLock { recent in
            if let known = recent[number] { return known }
            let made = turns(ofRound: number)
            if recent.count >= 3, let oldest = recent.keys.min() { recent[oldest] = nil }
            recent[number] = made
            return made
        }
    }

    private func turns(ofRound number: Int) -> [Int32] {
        let random = Random(seed: seed, stream: 0x6372_6F70 << 32 | UInt64(UInt32(truncatingIfNeeded: number)))
        var order: [Int32] = []
        var group: [Int32] = []
        var bytes = 0
        func close() {
            order += random.permutation(group.count).map { group[$0] }
            (group, bytes) = ([], 0)
        }
        for photo in random.permutation(photos.count) {
            if bytes + photos[photo].bytes > groupBytes { close() }
            group += [Int32](repeating: Int32(photo), count: photos[photo].turns)
            bytes += photos[photo].bytes
        }
        close()
        return order
    }
}
