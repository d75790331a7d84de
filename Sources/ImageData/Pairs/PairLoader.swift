import Dispatch
import ImageFiles
import TensorCore

/// Shuffled batches of pairs, prepared in advance on another thread. Both images of a pair get the same crop and flip.
///
/// The contents of a batch depend only on the seed and the step. A resumed run needs only the number of its step.
package final class PairLoader: Sendable {
    /// Where the pairs come from.
    package let dataset: any PairDataset
    /// The form that they are converted to.
    package let frame: PairFrame
    /// Pairs in a batch.
    package let batchSize: Int

    private let recipe: SketchRecipe
    private let conditions: PairConditions
    private let planes: InputPlanes
    private let seed: UInt64
    private let share: Share
    private let order: CutOrder
    private let entries: KeptEntries<FramedPair>
    private let prefetcher = Prefetcher<PairBatch>(
        on: DispatchQueue(label: "atelier.pairs", qos: .userInitiated), depth: 2)

    /// - Parameters:
    ///   - batch: pairs in a batch.
    ///   - recipe: how sketches are drawn if the dataset has photos only.
    ///   - conditions: the changes, hints and classes of the inputs.
    ///   - seed: the seed of order, crops, flips, sketches, changes and hints.
    ///   - share: the part of each batch that is prepared.
    ///   - cacheBytes: the most memory for images that may be needed again.
    package init(
        _ dataset: any PairDataset, frame: PairFrame, batch: Int, recipe: SketchRecipe = SketchRecipe(),
        conditions: PairConditions = PairConditions(), seed: UInt64, share: Share = .whole,
        cacheBytes: Int = 1 << 30
    ) {
        precondition(batch > 0, "PairLoader: batch \(batch)")
        precondition(frame.cropSize <= frame.loadSize, "PairLoader: crop \(frame.cropSize) of \(frame.loadSize)")
        self.dataset = dataset
        self.frame = frame
        self.recipe = recipe
        self.conditions = conditions
        planes = conditions.planes(channels: frame.inputChannels)
        (self.seed, self.share) = (seed, share)
        batchSize = batch
        order = CutOrder(count: dataset.count, frame: frame, batch: batch, seed: seed)
        let bytes = frame.loadSize * frame.loadSize * (frame.inputChannels + frame.targetChannels)
        entries = KeptEntries(of: dataset.count, capacity: cacheBytes / bytes) {
            try FramedPair(dataset.pair($0), frame, side: frame.loadSize)
        }
    }

    /// Messages about skipped pairs, one for each pair.
    package var warnings: [String] { entries.warnings }

    /// The number of steps in which each pair is seen about once.
    package var stepsPerEpoch: Int { (dataset.count + batchSize - 1) / batchSize }

    /// The batch of a step. The next pair in the dataset replaces a broken one, with a message in ``warnings``.
    ///
    /// - Throws: ``DatasetError/empty(path:reason:)`` if no pair of the dataset can be read.
    package func batch(at step: Int) throws -> PairBatch {
        try prefetcher.batch(at: step) { next in
            let cuts = order.cuts(at: next)
            return { [self] in try make(cuts, step: next, share) }
        }
    }

    /// The batch of a step in one piece, whatever part is prepared.
    package func whole(at step: Int) throws -> PairBatch {
        share == .whole ? try batch(at: step) : try make(order.cuts(at: step), step: step, .whole)
    }

    /// One pair for measuring and showing: the whole frame, neither cropped nor mirrored, with a sketch in the plain
    /// style, without hints, and with its class.
    ///
    /// - Throws: the errors of reading it.
    package func pair(_ index: Int) throws -> PairBatch {
        let made = try FramedPair(dataset.pair(index), frame, side: frame.cropSize)
        let input = made.input ?? sketch(of: made.target, varying: nil)
        let pair = LoadedPair(
            input: input, target: made.target, label: conditions.label(of: index, in: dataset),
            noise: Random(seed: 0, stream: UInt64(index)))
        return PairBatch([pair], indices: [index], mirrored: [false], planes: planes)
    }

    /// The target of a pair at the size of a crop.
    ///
    /// - Throws: the errors of reading it.
    package func target(_ index: Int) throws -> Image {
        try FramedPair(dataset.pair(index), frame, side: frame.cropSize).target
    }

    // MARK: Making batches

    private func make(_ cuts: Cuts, step: Int, _ share: Share) throws -> PairBatch {
        var indices: [Int] = []
        let slots = share.range(of: batchSize)
        let pairs = try slots.map { slot in
            guard let (index, framed) = try entries.usable(from: cuts.indices[slot]) else {
                throw DatasetError.empty(
                    path: dataset.path, reason: "none of its \(dataset.count) pairs can be read")
            }
            indices.append(index)
            let number = UInt64(UInt32(truncatingIfNeeded: step * batchSize + slot))
            func random(_ stream: UInt64) -> Random { Random(seed: seed, stream: stream << 32 | number) }
            // Drawn before cropping, so that the border of the crop does not become an edge.
            var input = framed.input ?? sketch(of: framed.target, varying: random(0x736B_6574))
            let given = input
            if let variation = conditions.variation {
                input = variation.applied(to: input, random: random(0x7661_7279)).converted(
                    channels: frame.inputChannels)
            }
            var pair = LoadedPair(
                input: cuts.cut(input, slot: slot), target: cuts.cut(framed.target, slot: slot),
                noise: random(0x6E6F_6973))
            if conditions.findsRegions { pair.outlines = cuts.cut(given, slot: slot) }
            pair.hints = conditions.hints?.hints(for: pair.target, random: random(0x6869_6E74))
            let isLabeled = random(0x636C_6173).uniform([1]).item >= Float(conditions.unlabeledShare)
            if !conditions.classNames.isEmpty, isLabeled {
                pair.label = conditions.label(of: index, in: dataset)
            }
            return pair
        }
        return PairBatch(pairs, indices: indices, mirrored: Array(cuts.mirrored[slots]), planes: planes)
    }

    private func sketch(of photo: Image, varying random: Random?) -> Image {
        recipe.sketch(of: photo, varying: random).converted(channels: frame.inputChannels)
    }
}

/// A pair at its loading size; without an input if a sketch must be drawn.
private struct FramedPair: Sendable {
    let input: Image?
    let target: Image

    init(_ pair: ImagePair, _ frame: PairFrame, side: Int) {
        switch pair {
        case .images(let input, let target):
            self.input = frame.frame(input, side: side, channels: frame.inputChannels)
            self.target = frame.frame(target, side: side, channels: frame.targetChannels)
        case .photo(let photo):
            input = nil
            target = frame.frame(photo, side: side, channels: frame.targetChannels)
        }
    }
}
