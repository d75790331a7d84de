import Synchronization
import TensorCore

/// The order of the photos that crops come from. In each epoch, a photo has one turn for every square of 480 pixels
/// that fits in it; each epoch has another order. Everything depends only on the seed and the position.
///
/// Photos come in groups that fit in memory together, so that each photo is decoded once in an epoch, however large the
/// dataset. Within a group, turns are shuffled.
final class CropOrder: Sendable {
    private let photos: [(turns: Int, bytes: Int)]
    private let groupBytes: Int
    private let seed: UInt64
    private let recent = Mutex<[Int: [Int32]]>([:])
    /// Turns in an epoch.
    let count: Int

    /// - Parameters:
    ///   - sizes: of the photos.
    ///   - channels: of a decoded photo.
    ///   - groupBytes: the most bytes of the decoded photos of a group.
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
