import Dispatch
import ImageFiles
import TensorCore

/// Images of two kinds, ready for a step; those in one place have nothing to do with each other.
public struct UnpairedBatch: Sendable {
    /// `[N, channels of A, H, W]`, from −1 (black) to 1 (white).
    public let a: Tensor
    /// `[N, channels of B, H, W]`, from −1 to 1.
    public let b: Tensor

    /// Images that are at hand.
    public init(a: Tensor, b: Tensor) {
        self.a = a
        self.b = b
    }
}

/// Shuffled batches of images of two kinds, made ahead on another thread. Each side is walked through in its own
/// order, and its images are cut and mirrored on their own.
///
/// What a batch holds depends on the seed and the step only, so a run that is resumed needs the number of its step and
/// nothing else.
public final class UnpairedLoader: Sendable {
    /// The form that images are brought into: those of A as inputs, those of B as targets.
    public let frame: PairFrame
    /// Images of each side in a batch.
    public let batchSize: Int

    private let a: Side
    private let b: Side
    private let prefetcher = Prefetcher<UnpairedBatch>(
        on: DispatchQueue(label: "atelier.unpaired", qos: .userInitiated), depth: 2)

    /// - Parameters:
    ///   - batch: images of each side in a batch.
    ///   - seed: decides order, cuts and flips.
    ///   - cacheBytes: the most memory for images that were read once and may be needed again.
    public init(
        _ images: UnpairedImages, frame: PairFrame, batch: Int, seed: UInt64, cacheBytes: Int = 1 << 30
    ) {
        precondition(batch > 0, "UnpairedLoader: batch \(batch)")
        precondition(frame.cropSize <= frame.loadSize, "UnpairedLoader: crop \(frame.cropSize) of \(frame.loadSize)")
        self.frame = frame
        batchSize = batch
        // Another seed lets the two sides meet in ever new combinations.
        let other = seed ^ 0x756E_7061_6972_6564
        a = Side(images.files.a, frame.inputChannels, frame, batch, seed, cacheBytes / 2)
        b = Side(images.files.b, frame.targetChannels, frame, batch, other, cacheBytes / 2)
    }

    /// What was skipped so far, each image once.
    public var warnings: [String] { a.entries.warnings + b.entries.warnings }

    /// The batch of a step. A broken image is replaced by the next one of its side and noted in ``warnings``.
    ///
    /// - Throws: ``DatasetError/empty(path:reason:)`` when not one image of a side can be read.
    public func batch(at step: Int) throws -> UnpairedBatch {
        try prefetcher.batch(at: step) { [a, b] next in
            let (left, right) = (a.order.cuts(at: next), b.order.cuts(at: next))
            return { UnpairedBatch(a: try a.images(left), b: try b.images(right)) }
        }
    }

    /// An image of each side as they are shown: the whole frame, neither cut nor mirrored.
    ///
    /// - Parameter share: where in each side, from 0 to below 1.
    /// - Throws: what reading them throws.
    public func images(at share: Double) throws -> UnpairedBatch {
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

        func images(_ cuts: Cuts) throws -> Tensor {
            let images = try cuts.indices.enumerated().map { slot, wanted in
                guard let (_, image) = entries.usable(from: wanted) else {
                    throw DatasetError.empty(
                        path: files[0], reason: "not one of the \(files.count) images of its side can be read")
                }
                return cuts.cut(image, slot: slot)
            }
            return tensor(of: images, cuts.mirrored)
        }

        func whole(_ share: Double) throws -> Tensor {
            let file = files[min(max(Int(share * Double(files.count)), 0), files.count - 1)]
            return tensor(of: [frame.frame(try Image.read(file), side: frame.cropSize, channels: channels)], [false])
        }
    }
}
