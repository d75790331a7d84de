import ImageFiles
import Synchronization

/// A cache of decoded photos within a memory limit; the least recently used ones go first.
final class PhotoCache: Sendable {
    /// A photo with 8 bits and without alpha, and its small version if that has its own file.
    struct Decoded: Sendable {
        let large: Image
        let small: Image?

        var bytes: Int { large.samples.count + (small?.samples.count ?? 0) }
    }

    fileprivate struct State {
        var kept: [Int: (photo: Decoded, used: Int)] = [:]
        var bytes = 0
        var clock = 0
    }

    private let photos: [PhotoSet.Photo]
    private let channels: Int
    private let bound: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - channels: 1 gray, 3 RGB.
    ///   - bytes: the memory limit.
    init(_ photos: [PhotoSet.Photo], channels: Int, bytes: Int) {
        self.photos = photos
        self.channels = channels
        bound = bytes
    }

    /// The memory in use, in bytes.
    var bytes: Int { state.withLock { $0.bytes } }

    /// A photo, decoded now or from the cache.
    ///
    /// - Throws: `ImageError`, or `DatasetError` when the file has changed.
    func photo(_ index: Int) throws -> Decoded {
        if let kept = state.withLock({ $0.use(index) }) { return kept }
        let photo = photos[index]
        func read(_ file: String) throws -> Image { try Image.read(file).converted(channels: channels).converted8() }
        let decoded = try Decoded(large: read(photo.file), small: photo.smallFile.map(read))
        guard decoded.large.width >= photo.size.width, decoded.large.height >= photo.size.height else {
            throw DatasetError.corrupt(file: photo.file, reason: "it has become smaller since the set was opened")
        }
        state.withLock { $0.keep(decoded, as: index, within: bound) }
        return decoded
    }
}

extension PhotoCache.State {
    fileprivate mutating func use(_ index: Int) -> PhotoCache.Decoded? {
        guard let found = kept[index]?.photo else { return nil }
        clock += 1
        kept[index]?.used = clock
        return found
    }

    fileprivate mutating func keep(_ photo: PhotoCache.Decoded, as index: Int, within bound: Int) {
        guard photo.bytes <= bound, kept[index] == nil else { return }
        while bytes + photo.bytes > bound, let oldest = kept.min(by: { $0.value.used < $1.value.used }) {
            bytes -= oldest.value.photo.bytes
            kept[oldest.key] = nil
        }
        clock += 1
        kept[index] = (photo, clock)
        bytes += photo.bytes
    }
}
