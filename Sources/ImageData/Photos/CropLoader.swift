import Dispatch
import ImageFiles
import Synchronization
import TensorCore

/// Batches of crops from large photos, with their small versions, prepared in advance on another thread.
///
/// The contents of a batch depend only on the seed and the step. A resumed run needs only the number of its step.
///
///     let photos = try PhotoSet(["wallpapers"], scale: 4, leastSide: 96)
///     let loader = CropLoader(photos, frame: CropFrame(), batch: 16, seed: 7)
///     let batch = try loader.batch(at: 0)      // small [16, 3, 24, 24] and large [16, 3, 96, 96] in [0, 1]
package final class CropLoader: Sendable {
    /// The photos.
    package let photos: PhotoSet
    /// Their form.
    package let frame: CropFrame
    /// Crops in a batch.
    package let batchSize: Int

    private let seed: UInt64
    private let share: Share
    private let order: CropOrder
    private let cache: PhotoCache
    private let prefetcher = Prefetcher<UpscalingBatch>(
        on: DispatchQueue(label: "atelier.crops", qos: .userInitiated), depth: 2)

    private let skipped = Mutex(SkippedEntries())

    /// - Parameters:
    ///   - batch: crops in a batch.
    ///   - seed: the seed of order, positions, flips and degradations.
    ///   - share: the part of each batch that is prepared.
    ///   - cacheBytes: the most memory for decoded photos; with less than the frame's `groupBytes`, photos are decoded
    ///     more often.
    package init(
        _ photos: PhotoSet, frame: CropFrame, batch: Int, seed: UInt64, share: Share = .whole,
        cacheBytes: Int = 1 << 30
    ) {
        precondition(batch > 0, "CropLoader: batch \(batch)")
        precondition(
            frame.scale > 0 && frame.cropSize > 0 && frame.cropSize % frame.scale == 0,
            "CropLoader: crops of \(frame.cropSize) at scale \(frame.scale)")
        self.photos = photos
        self.frame = frame
        (self.seed, self.share) = (seed, share)
        batchSize = batch
        order = CropOrder(
            photos.photos.map(\.size), channels: frame.channels, groupBytes: frame.groupBytes, seed: seed)
        cache = PhotoCache(photos.photos, channels: frame.channels, bytes: cacheBytes)
    }

    /// Messages about skipped photos, one for each photo.
    package var warnings: [String] { skipped.withLock { $0.warnings } }

    /// The number of steps in which each part of the photos is used about once.
    package var stepsPerEpoch: Int { (order.count + batchSize - 1) / batchSize }

    /// The batch of a step. The next photo in the dataset replaces a broken one, with a message in ``warnings``.
    ///
    /// - Throws: `DatasetError.empty` if no photo of the dataset can be read.
    package func batch(at step: Int) throws -> UpscalingBatch {
        try prefetcher.batch(at: step) { next in
            let plan = plan(next)
            return { [self] in try make(plan) }
        }
    }

    /// A photo for measuring and showing: the whole photo, or its center if a side is longer than `longest`.
    ///
    /// - Throws: the errors of reading it.
    package func image(_ index: Int, longest: Int = 1024) throws -> UpscalingBatch {
        let (photo, size) = (try cache.photo(index), photos.photos[index].size)
        let most = max(longest / frame.scale, 1) * frame.scale
        let (width, height) = (min(size.width, most), min(size.height, most))
        let corner = (x: middle(size.width - width), y: middle(size.height - height))
        let random = Random(seed: seed, stream: 0x6C6F_6F6B << 32 | UInt64(UInt32(truncatingIfNeeded: index)))
        let pair = cut(photo, corner, width, height, size, random)
        return UpscalingBatch(small: pair.small, large: pair.large)
    }

    private func middle(_ rest: Int) -> Int { rest / 2 / frame.scale * frame.scale }

    // MARK: Making batches

    private struct Plan {
        let step: Int
        let photos: [Int]
        /// Positions in the photo, as fractions of 2³⁰.
        let places: [(x: Int, y: Int)]
        let symmetries: [Symmetry]
    }

    /// Draws on the calling thread, for the same reason as ``BatchLoader``.
    private func plan(_ step: Int) -> Plan {
        let random = Random(seed: seed, stream: 0x706C_6163 << 32 | UInt64(UInt32(truncatingIfNeeded: step)))
        let (xs, ys) = (random.integers(batchSize, in: 0..<1 << 30), random.integers(batchSize, in: 0..<1 << 30))
        let symmetries = random.integers(batchSize, in: 0..<8)
        return Plan(
            step: step, photos: order.photos(at: step * batchSize..<(step + 1) * batchSize),
            places: zip(xs, ys).map { ($0, $1) },
            symmetries: symmetries.map { frame.flip ? Symmetry(number: $0) : .identity })
    }

    private func make(_ plan: Plan) throws -> UpscalingBatch {
        let slots = share.range(of: batchSize)
        let pairs = try slots.map { slot in
            let (photo, size) = try usable(from: plan.photos[slot])
            func place(_ share: Int, _ length: Int) -> Int {
                let places = (length - frame.cropSize) / frame.scale + 1
                return ((places * share) >> 30) * frame.scale
            }
            let corner = (x: place(plan.places[slot].x, size.width), y: place(plan.places[slot].y, size.height))
            let number = plan.step * batchSize + slot
            let random = Random(seed: seed, stream: 0x6465_6772 << 32 | UInt64(UInt32(truncatingIfNeeded: number)))
            return cut(photo, corner, frame.cropSize, frame.cropSize, size, random)
        }
        return UpscalingBatch(pairs, Array(plan.symmetries[slots]))
    }

    /// A crop of a photo and its small version. The small version uses the surroundings of the crop, so its border is
    /// like any other place of an image.
    private func cut(
        _ photo: PhotoCache.Decoded, _ corner: (x: Int, y: Int), _ width: Int, _ height: Int, _ size: ImageSize,
        _ random: Random
    ) -> (small: PlanarImage, large: PlanarImage) {
        let scale = frame.scale
        if let small = photo.small {
            return (
                PlanarImage(
                    small, x: corner.x / scale, y: corner.y / scale, width: width / scale, height: height / scale),
                PlanarImage(photo.large, x: corner.x, y: corner.y, width: width, height: height)
            )
        }
        let margin = frame.degradation.margin * scale
        let (left, top) = (min(margin, corner.x), min(margin, corner.y))
        let right = min(margin, size.width - corner.x - width), bottom = min(margin, size.height - corner.y - height)
        let around = PlanarImage(
            photo.large, x: corner.x - left, y: corner.y - top, width: left + width + right,
            height: top + height + bottom)
        let small = frame.degradation.small(of: around, scale: scale, random: random)
        return (
            small.cropped(x: left / scale, y: top / scale, width: width / scale, height: height / scale),
            around.cropped(x: left, y: top, width: width, height: height)
        )
    }

    /// The requested photo, or the next one that can be read.
    private func usable(from wanted: Int) throws -> (PhotoCache.Decoded, ImageSize) {
        let count = photos.photos.count
        for offset in 0..<count {
            let index = (wanted + offset) % count
            if skipped.withLock({ $0.isBroken(index) }) { continue }
            do {
                return (try cache.photo(index), photos.photos[index].size)
            } catch {
                skipped.withLock { $0.add(index, because: error) }
            }
        }
        if let refusal = skipped.withLock({ $0.refusal }) { throw refusal }
        throw DatasetError.empty(
            path: photos.paths.joined(separator: ", "), reason: "none of its \(count) photos can be read")
    }
}
