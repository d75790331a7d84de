import Dispatch
import ImageFiles
import TensorCore

/// Shuffled batches of images in one frame, prepared in advance on another thread.
///
/// The contents of a batch depend only on the seed and the step, not on earlier batches. A resumed run needs only the
/// number of its step.
///
///     let dataset = try DatasetReader.open("/usr/share/datasets/fashion-mnist")
///     let loader = BatchLoader(dataset, size: 32, channels: 1, batch: 128, seed: 7)
///     let batch = try loader.batch(at: 0)      // images [128, 1, 32, 32] in [-1, 1], 128 labels
package final class BatchLoader: Sendable {
    /// Where the images come from.
    package let dataset: any ImageDataset
    /// The form that they are converted to.
    package let frame: ImageFrame
    /// Images in a batch.
    package let batchSize: Int
    /// Whether to show mirrored images, too.
    package let flip: Bool
    /// The part of each batch that is prepared.
    private let share: Share

    private let framed: FramedImages
    private let order: BatchOrder
    private let queue = DispatchQueue(label: "atelier.batches", qos: .userInitiated)
    private let prefetcher: Prefetcher<Batch>

    /// - Parameters:
    ///   - frame: the form that images are converted to.
    ///   - batch: images in a batch.
    ///   - seed: the seed of order and flips.
    ///   - flip: whether to mirror every other image, which doubles a dataset where left and right do not matter.
    ///   - share: the part of each batch that is prepared.
    ///   - prefetch: how many batches are prepared in advance.
    ///   - cacheBytes: the most memory for images that may be needed again.
    package init(
        _ dataset: any ImageDataset, frame: ImageFrame, batch: Int, seed: UInt64, flip: Bool = false,
        share: Share = .whole, prefetch: Int = 2, cacheBytes: Int = 1 << 30
    ) {
        precondition(batch > 0 && prefetch >= 0, "BatchLoader: batch \(batch), prefetch \(prefetch)")
        self.dataset = dataset
        self.frame = frame
        batchSize = batch
        self.flip = flip
        self.share = share
        prefetcher = Prefetcher(on: queue, depth: prefetch)
        framed = FramedImages(dataset, frame: frame, cacheBytes: cacheBytes)
        order = BatchOrder(count: dataset.count, batch: batch, seed: seed)
    }

    /// Square images.
    ///
    /// - Parameters:
    ///   - size: rows and columns.
    ///   - channels: 1 gray, 3 RGB.
    ///   - fit: nil chooses what suits the dataset, see ``Fit/automatic(for:size:)``.
    package convenience init(
        _ dataset: any ImageDataset, size: Int, channels: Int, batch: Int, seed: UInt64, flip: Bool = false,
        fit: Fit? = nil, share: Share = .whole, prefetch: Int = 2, cacheBytes: Int = 1 << 30
    ) {
        let frame = ImageFrame(
            width: size, height: size, channels: channels, fit: fit ?? Fit.automatic(for: dataset, size: size))
        self.init(
            dataset, frame: frame, batch: batch, seed: seed, flip: flip, share: share, prefetch: prefetch,
            cacheBytes: cacheBytes)
    }

    /// Messages about skipped files, one for each file.
    package var warnings: [String] { framed.warnings }

    /// The part of the frame that the images occupy, if all have one size; the rest is border.
    package var content: FrameContent {
        frame.fit.content(
            of: dataset.imageSize ?? ImageSize(width: frame.width, height: frame.height),
            in: ImageSize(width: frame.width, height: frame.height))
    }

    /// The number of steps in which each image is seen about once.
    package var stepsPerEpoch: Int { (dataset.count + batchSize - 1) / batchSize }

    /// The batch of a step. The next image in the dataset replaces a broken one, with a message in ``warnings``.
    ///
    /// - Throws: ``DatasetError/empty(path:reason:)`` if no image of the dataset can be read.
    package func batch(at step: Int) throws -> Batch {
        try prefetcher.batch(at: step) { next in
            let plan = plan(next, share)
            return { [self] in try make(plan) }
        }
    }

    /// The batch of a step in one piece, whatever part is prepared.
    package func whole(at step: Int) throws -> Batch {
        share == .whole ? try batch(at: step) : try make(plan(step, .whole))
    }

    /// Labels for a generator, determined by seed and step: each class equally often, up to the remainder.
    package func balancedLabels(_ count: Int, at step: Int) -> [Int] {
        order.balancedLabels(count, classes: max(dataset.classNames.count, 1), at: step)
    }

    /// Calls the closure with the whole dataset once, in its own order and without mirroring. Broken images are left
    /// out, with a message in ``warnings``. The last batch may be smaller.
    ///
    /// - Parameter limit: the most images, spread evenly over the dataset.
    package func forEachBatch(limit: Int? = nil, _ body: (Batch) throws -> Void) throws {
        let total = min(max(limit ?? dataset.count, 0), dataset.count)
        let parts = stride(from: 0, to: total, by: batchSize).map { start in
            (start..<min(start + batchSize, total)).map { $0 * dataset.count / total }
        }
        guard var ahead = parts.first.map(sequential) else { return }
        for next in 1...parts.count {
            let current = try ahead.wait()
            if next < parts.count { ahead = sequential(parts[next]) }
            if let current, current.count > 0 { try body(current) }
        }
    }

    private func sequential(_ indices: [Int]) -> PendingBatch<Batch> {
        PendingBatch(on: queue) { [self] in
            let readable = zip(indices, framed.planes(of: indices)).compactMap { index, planes in
                planes.map { (index, $0) }
            }
            return assemble(readable, mirrored: [Bool](repeating: false, count: readable.count))
        }
    }

    /// Draws on the calling thread. Long draws use a team of threads, and a second team for the queue would slow down
    /// the first for the rest of the program.
    private func plan(_ step: Int, _ share: Share) -> (indices: [Int], mirrored: [Bool]) {
        let slots = share.range(of: batchSize)
        return (
            Array(order.indices(at: step)[slots]),
            flip ? Array(order.mirrored(at: step)[slots]) : [Bool](repeating: false, count: slots.count)
        )
    }

    private func make(_ plan: (indices: [Int], mirrored: [Bool])) throws -> Batch {
        let usable = try zip(plan.indices, framed.planes(of: plan.indices)).map { index, planes in
            try planes.map { (index, $0) } ?? framed.usable(after: index)
        }
        return assemble(usable, mirrored: plan.mirrored)
    }

    private func assemble(_ images: [(index: Int, planes: [UInt8])], mirrored: [Bool]) -> Batch {
        Batch(
            planes: images.map(\.planes), labels: images.map { dataset.label($0.index) },
            indices: images.map(\.index), mirrored: mirrored, frame: frame)
    }
}
