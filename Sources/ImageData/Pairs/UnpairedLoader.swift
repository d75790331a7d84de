import Dispatch
import ImageFiles
import TensorCore

/// Images of two kinds, ready for a step; images at the same position are not related.
package struct UnpairedBatch: Sendable {
    /// `[N, channels of A, H, W]`, from −1 (black) to 1 (white).
    package let a: Tensor
    /// `[N, channels of B, H, W]`, from −1 to 1.
    package let b: Tensor

    /// A batch of given images.
    package init(a: Tensor, b: Tensor) {
        self.a = a
        self.b = b
    }
}

/// Shuffled batches of images of two kinds, prepared in advance on another thread. Each side has its own order, crops
/// and flips.
///
/// The contents of a batch depend only on the seed and the step. A resumed run needs only the number of its step.
package final class UnpairedLoader: Sendable {
    /// The form that images are converted to: A as inputs, B as targets.
    package let frame: PairFrame
    /// Images of each side in a batch.
    package let batchSize: Int

    private let share: Share
    private let a: Side
    private let b: Side
    private let prefetcher = Prefetcher<UnpairedBatch>(
        on: DispatchQueue(label: "atelier.unpaired", qos: .userInitiated), depth: 2)

    /// - Parameters:
    ///   - batch: images of each side in a batch.
    ///   - seed: the seed of order, crops and flips.
    ///   - share: the part of each batch that is prepared.
    ///   - cacheBytes: the most memory for images that may be needed again.
    package init(
        _ images: UnpairedImages, frame: PairFrame, batch: Int, seed: UInt64, share: Share = .whole,
        cacheBytes: Int = 1 << 30
    ) {
        precondition(batch > 0, "UnpairedLoader: batch \(batch)")
        precondition(frame.cropSize <= frame.loadSize, "UnpairedLoader: crop \(frame.cropSize) of \(frame.loadSize)")
        (self.frame, self.share) = (frame, share)
        batchSize = batch
        // Another seed combines the two sides in new ways in each epoch.
        let other = seed ^ 0x756E_7061_6972_6564
        a = Side(images.files.a, frame.inputChannels, frame, batch, seed, cacheBytes / 2)
        b = Side(images.files.b, frame.targetChannels, frame, batch, other, cacheBytes / 2)
    }

    /// Messages about skipped images, one for each image.
    package var warnings: [String] { a.entries.warnings + b.entries.warnings }

    /// The batch of a step. The next image of the same side replaces a broken one, with a message in ``warnings``.
    ///
    /// - Throws: ``DatasetError/empty(path:reason:)`` if no image of a side can be read.
    package func batch(at step: Int) throws -> UnpairedBatch {
        try prefetcher.batch(at: step) { next in plan(next, share) }
    }

    /// The batch of a step in one piece, whatever part is prepared.
    package func whole(at step: Int) throws -> UnpairedBatch {
        share == .whole ? try batch(at: step) : try plan(step, .whole)()
    }

    private func plan(_ step: Int, _ share: Share) -> @Sendable () throws -> UnpairedBatch {
        let (a, b, slots) = (a, b, share.range(of: batchSize))
        let (left, right) = (a.order.cuts(at: step), b.order.cuts(at: step))
        return { UnpairedBatch(a: try a.images(left, slots), b: try b.images(right, slots)) }
    }

    /// One image of each side for showing: the whole frame, neither cropped nor mirrored.
    ///
    /// - Parameter share: the position in each side, from 0 to below 1.
    /// - Throws: the errors of reading them.
    package func images(at share: Double) throws -> UnpairedBatch {
        UnpairedBatch(a: try a.whole(share), b: try b.whole(share))
    }

    /// The images of one kind.
    private struct Side: Sendable {
        let files: [String]
        let frame: PairFrame
        let channels: Int
        let order: CutOrder
        let entries: KeptEntries<Image>

        init(_ files: [String], _ channels: Int, _ frame: PairFrame, _ batch: Int, _ seed: UInt64, _ bytes: Int) {
            self.files = files
            self.frame = frame
            self.channels = channels
            order = CutOrder(count: files.count, frame: frame, batch: batch, seed: seed)
            entries = KeptEntries(of: files.count, capacity: bytes / (frame.loadSize * frame.loadSize * channels)) {
                frame.frame(try Image.read(files[$0]), side: frame.loadSize, channels: channels)
            }
        }

        func images(_ cuts: Cuts, _ slots: Range<Int>) throws -> Tensor {
            let images = try slots.map { slot in
                guard let (_, image) = try entries.usable(from: cuts.indices[slot]) else {
                    throw DatasetError.empty(
                        path: files[0], reason: "none of the \(files.count) images of this side can be read")
                }
                return cuts.cut(image, slot: slot)
            }
            return tensor(of: images, Array(cuts.mirrored[slots]))
        }

        func whole(_ share: Double) throws -> Tensor {
            let file = files[min(max(Int(saturating: share * Double(files.count)), 0), files.count - 1)]
            return tensor(of: [frame.frame(try Image.read(file), side: frame.cropSize, channels: channels)], [false])
        }
    }
}
