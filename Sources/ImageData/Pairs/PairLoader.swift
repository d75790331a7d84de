import Dispatch
import ImageFiles
import Synchronization
import TensorCore

/// Shuffled batches of pairs, made ahead on another thread. Both pictures of a pair are cut and mirrored alike.
///
/// What a batch holds depends on the seed and the step only, so a run that is resumed needs the number of its step and
/// nothing else.
public final class PairLoader: Sendable {
    /// Where the pairs come from.
    public let dataset: any PairDataset
    /// The form that they are brought into.
    public let frame: PairFrame
    /// Pairs in a batch.
    public let batchSize: Int

    private let recipe: SketchRecipe
    private let seed: UInt64
    private let order: BatchOrder
    private let capacity: Int
    private let prefetcher = Prefetcher<PairBatch>(
        on: DispatchQueue(label: "atelier.pairs", qos: .userInitiated), depth: 2)

    private struct State {
        var kept: [Int: FramedPair] = [:]
        var broken: Set<Int> = []
        var warnings: [String] = []
    }
    private let state = Mutex(State())

    /// - Parameters:
    ///   - batch: pairs in a batch.
    ///   - recipe: how sketches are drawn where there are photos only.
    ///   - seed: decides order, cuts, flips and sketches.
    ///   - cacheBytes: the most memory for pictures that were made once and may be needed again.
    public init(
        _ dataset: any PairDataset, frame: PairFrame, batch: Int, recipe: SketchRecipe = SketchRecipe(),
        seed: UInt64, cacheBytes: Int = 1 << 30
    ) {
        precondition(batch > 0, "PairLoader: batch \(batch)")
        precondition(frame.cropSize <= frame.loadSize, "PairLoader: crop \(frame.cropSize) of \(frame.loadSize)")
        self.dataset = dataset
        self.frame = frame
        self.recipe = recipe
        self.seed = seed
        batchSize = batch
        order = BatchOrder(count: dataset.count, batch: batch, seed: seed)
        capacity = cacheBytes / (frame.loadSize * frame.loadSize * (frame.inputChannels + frame.targetChannels))
    }

    /// What was skipped so far, each pair once.
    public var warnings: [String] { state.withLock { $0.warnings } }

    /// How many steps see every pair about once.
    public var stepsPerEpoch: Int { (dataset.count + batchSize - 1) / batchSize }

    /// The batch of a step. A broken pair is replaced by the next one in the set and noted in ``warnings``.
    ///
    /// - Throws: ``DatasetError/empty(path:reason:)`` when not one pair of the set can be read.
    public func batch(at step: Int) throws -> PairBatch {
        try prefetcher.batch(at: step) { next in
            let plan = plan(next)
            return { [self] in try make(plan) }
        }
    }

    /// One pair as it is measured and shown: the whole frame, neither cut nor mirrored, its sketch in the plain style.
    ///
    /// - Throws: what reading it throws.
    public func pair(_ index: Int) throws -> PairBatch {
        let made = try framed(index, side: frame.cropSize)
        let input = made.input ?? sketch(of: made.target, varying: nil)
        return PairBatch([(input, made.target)], indices: [index], mirrored: [false])
    }

    // MARK: Making batches

    private struct Plan {
        let step: Int
        let indices: [Int]
        let mirrored: [Bool]
        let corners: [(x: Int, y: Int)]
    }

    /// A pair at the size it is loaded at; without an input where that is a sketch yet to be drawn.
    private struct FramedPair: Sendable {
        let input: Image?
        let target: Image
    }

    /// Drawn on the thread that asks, for the reason that ``BatchLoader`` has.
    private func plan(_ step: Int) -> Plan {
        let random = Random(seed: seed, stream: 0x6375_7473 << 32 | UInt64(UInt32(truncatingIfNeeded: step)))
        let places = frame.loadSize - frame.cropSize + 1
        let (xs, ys) = (random.integers(batchSize, in: 0..<places), random.integers(batchSize, in: 0..<places))
        return Plan(
            step: step, indices: order.indices(at: step),
            mirrored: frame.flip ? order.mirrored(at: step) : [Bool](repeating: false, count: batchSize),
            corners: zip(xs, ys).map { ($0, $1) })
    }

    private func make(_ plan: Plan) throws -> PairBatch {
        var indices: [Int] = []
        let pairs = try plan.indices.enumerated().map { slot, wanted in
            let (index, framed) = try usable(from: wanted)
            indices.append(index)
            let random = Random(
                seed: seed, stream: 0x736B_6574 << 32 | UInt64(UInt32(truncatingIfNeeded: plan.step * batchSize + slot)))
            // Drawn before it is cut, so that the border of the cut is no edge.
            let input = framed.input ?? sketch(of: framed.target, varying: random)
            return (input: cut(input, plan.corners[slot]), target: cut(framed.target, plan.corners[slot]))
        }
        return PairBatch(pairs, indices: indices, mirrored: plan.mirrored)
    }

    private func sketch(of photo: Image, varying random: Random?) -> Image {
        recipe.sketch(of: photo, varying: random).converted(channels: frame.inputChannels)
    }

    private func cut(_ image: Image, _ corner: (x: Int, y: Int)) -> Image {
        image.cropped(x: corner.x, y: corner.y, width: frame.cropSize, height: frame.cropSize)
    }

    private func framed(_ index: Int, side: Int) throws -> FramedPair {
        switch try dataset.pair(index) {
        case .pictures(let input, let target):
            FramedPair(
                input: frame.frame(input, side: side, channels: frame.inputChannels),
                target: frame.frame(target, side: side, channels: frame.targetChannels))
        case .photo(let photo):
            FramedPair(input: nil, target: frame.frame(photo, side: side, channels: frame.targetChannels))
        }
    }

    /// The pair wanted, or the next in the set that can be read.
    private func usable(from wanted: Int) throws -> (Int, FramedPair) {
        for offset in 0..<dataset.count {
            let index = (wanted + offset) % dataset.count
            let (kept, isBroken) = state.withLock { ($0.kept[index], $0.broken.contains(index)) }
            if let kept { return (index, kept) }
            if isBroken { continue }
            do {
                let made = try framed(index, side: frame.loadSize)
                state.withLock { if $0.kept.count < capacity { $0.kept[index] = made } }
                return (index, made)
            } catch {
                state.withLock { state in
                    if state.broken.insert(index).inserted { state.warnings.append("skipped \(error)") }
                }
            }
        }
        throw DatasetError.empty(path: dataset.path, reason: "not one of its \(dataset.count) pairs can be read")
    }
}
