import Files

/// The raw numbers of a PyTorch file by their keys.
protocol PyTorchStorages: Sendable {
    /// All bytes of a storage, little-endian.
    ///
    /// - Parameter types: the number types in use.
    func bytes(of key: String, types: Set<NumberType>, limit: Int) throws -> [UInt8]
}

/// Entries `NAME/data/KEY` of an archive beside `NAME/data.pkl`.
struct ArchivedStorages: PyTorchStorages {
    /// The entry that says what the file holds.
    let pickle: ZipArchive.Entry
    /// Whether it is a TorchScript program. Its code is not read.
    let isScript: Bool
    private let archive: ZipArchive
    private let folder: String
    private let isLittleEndian: Bool

    init(_ archive: ZipArchive) throws {
        self.archive = archive
        let candidates = archive.entries.values.filter { entry in
            let steps = entry.name.split(separator: "/", omittingEmptySubsequences: false)
            return steps.last == "data.pkl" && steps.count <= 2
        }
        guard let pickle = candidates.first, candidates.count == 1 else {
            guard candidates.isEmpty else {
                throw ForeignWeightsError.Cause.unknownFormat(
                    "the zip archive has \(candidates.count) entries data.pkl; PyTorch writes one")
            }
            throw ForeignWeightsError.Cause.unknownFormat(FileGuess.words(archive: Array(archive.entries.keys)))
        }
        self.pickle = pickle
        folder = String(pickle.name.dropLast("data.pkl".count))
        isScript = archive.entries[folder + "constants.pkl"] != nil
        var isLittleEndian = true
        if let order = archive.entries[folder + "byteorder"] {
            switch String(decoding: try archive.contents(of: order, limit: 16), as: UTF8.self) {
            case "little": break
            case "big": isLittleEndian = false
            case let other:
                throw ForeignWeightsError.Cause.malformed(
                    "the byte order “\(printable(other))” is unknown", .init(part: order.name, offset: 0))
            }
        }
        self.isLittleEndian = isLittleEndian
    }

    func bytes(of key: String, types: Set<NumberType>, limit: Int) throws -> [UInt8] {
        guard let entry = archive.entries[folder + "data/" + key] else {
            throw ForeignWeightsError.Cause.malformed(
                "the archive lacks data/\(printable(key))", .init(part: pickle.name, offset: 0))
        }
        let bytes = try archive.contents(of: entry, limit: limit)
        if isLittleEndian { return bytes }
        return try swapped(bytes, types, part: entry.name)
    }
}

/// Consecutive storages at the end of a file in the old format.
struct LegacyStorages: PyTorchStorages {
    /// The first pickle of such a file: the magic number.
    static let magic: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]

    private let source: ByteSource
    private var places: [String: Range<Int>] = [:]
    private let isLittleEndian: Bool

    /// - Parameters:
    ///   - keys: of the storages in their order.
    ///   - position: where the first begins.
    init(_ source: ByteSource, keys: [PickleValue], heap: PickleHeap, position: Int, isLittleEndian: Bool) throws {
        self.source = source
        self.isLittleEndian = isLittleEndian
        let types = Dictionary(heap.storages.map { ($0.key, $0.type) }, uniquingKeysWith: { first, _ in first })
        var position = position
        for key in keys {
            let place = ForeignWeightsError.Place(part: nil, offset: position)
            guard case .text(let name) = key, let type = types[name], places[name] == nil else {
                throw ForeignWeightsError.Cause.malformed("a storage that no tensor uses", place)
            }
            var cursor = ByteCursor(try source.bytes(at: position, count: 8), base: position)
            var count = try cursor.takeUnsigned(8)
            if !isLittleEndian { count = count.byteSwapped }
            position += 8
            guard count <= UInt64((source.size - position) / type.size) else {
                throw ForeignWeightsError.Cause.truncated(.init(part: nil, offset: source.size))
            }
            let end = position + Int(count) * type.size
            places[name] = position..<end
            position = end
        }
    }

    func bytes(of key: String, types: Set<NumberType>, limit: Int) throws -> [UInt8] {
        guard let place = places[key] else {
            throw ForeignWeightsError.Cause.malformed(
                "the storage \(printable(key)) is missing", .init(part: nil, offset: source.size))
        }
        guard place.count <= limit else {
            throw ForeignWeightsError.Cause.tooLarge("the storage \(printable(key)) has \(place.count) bytes")
        }
        let bytes = try source.bytes(at: place.lowerBound, count: place.count)
        return isLittleEndian ? bytes : try swapped(bytes, types, part: key)
    }
}

/// Swaps the bytes of big-endian numbers.
func swapped(_ bytes: [UInt8], _ types: Set<NumberType>, part: String) throws -> [UInt8] {
    guard let size = types.first?.size, types.allSatisfy({ $0.size == size }) else {
        throw ForeignWeightsError.Cause.malformed(
            "big-endian numbers of several sizes in one storage", .init(part: part, offset: 0))
    }
    guard size > 1 else { return bytes }
    var result = bytes
    for start in stride(from: 0, through: bytes.count - size, by: size) { result[start..<start + size].reverse() }
    return result
}
