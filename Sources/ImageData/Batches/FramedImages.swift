import Dispatch
import ImageFiles
import Synchronization

/// The images of a dataset in one frame. They are cached as bytes up to a limit. Images that cannot be read are
/// reported once, by name.
final class FramedImages: Sendable {
    let dataset: any ImageDataset
    let frame: ImageFrame
    private let capacity: Int

    private struct State {
        var kept: [Int: [UInt8]] = [:]
        var skipped = SkippedEntries()
    }
    private let state = Mutex(State())

    init(_ dataset: any ImageDataset, frame: ImageFrame, cacheBytes: Int) {
        self.dataset = dataset
        self.frame = frame
        capacity = max(cacheBytes, 0) / (frame.byteCount + 64)
    }

    var warnings: [String] { state.withLock { $0.skipped.warnings } }

    /// The bytes of an image in planes; nil if it is broken.
    func planes(_ index: Int) -> [UInt8]? {
        let (kept, isBroken) = state.withLock { ($0.kept[index], $0.skipped.isBroken(index)) }
        if kept != nil || isBroken { return kept }
        do {
            let made = frame.planes(of: try dataset.image(index))
            // With a random order, replacing cached entries gains nothing, so the first ones stay.
            state.withLock { if $0.kept.count < capacity { $0.kept[index] = made } }
            return made
        } catch {
            state.withLock { $0.skipped.add(index, because: error) }
            return nil
        }
    }

    /// The bytes of several images; files are decoded on several threads.
    func planes(of indices: [Int]) -> [[UInt8]?] {
        guard dataset.layout.holdsFiles && indices.count > 1 else { return indices.map(planes) }
        let results = Mutex([[UInt8]?](repeating: nil, count: indices.count))
        DispatchQueue.concurrentPerform(iterations: indices.count) { slot in
            let made = planes(indices[slot])
            results.withLock { $0[slot] = made }
        }
        return results.withLock { $0 }
    }

    /// The replacement for a broken image: the next one that can be read.
    func usable(after index: Int) throws -> (index: Int, planes: [UInt8]) {
        for offset in 1...dataset.count {
            let candidate = (index + offset) % dataset.count
            if let planes = planes(candidate) { return (candidate, planes) }
        }
        if let refusal = state.withLock({ $0.skipped.refusal }) { throw refusal }
        throw DatasetError.empty(path: dataset.path, reason: "none of its \(dataset.count) images can be read")
    }
}
