import Files

/// Storages and arrays whose numbers lie in a pickle.
struct EmbeddedStorages: PyTorchStorages {
    private let source: ByteSource
    private let places: [String: (range: Range<Int>, isLittleEndian: Bool)]

    init(_ source: ByteSource, _ heap: PickleHeap) {
        self.source = source
        let known = heap.storages.compactMap { storage in
            storage.place.map { (storage.key, ($0, storage.isLittleEndian)) }
        }
        places = Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    func bytes(of key: String, types: Set<NumberType>, limit: Int) throws -> [UInt8] {
        guard let place = places[key] else {
            throw ForeignWeightsError.Cause.malformed(
                "the storage \(printable(key)) is missing", .init(part: nil, offset: source.size))
        }
        guard place.range.count <= limit else {
            throw ForeignWeightsError.Cause.tooLarge("the storage \(printable(key)) has \(place.range.count) bytes")
        }
        let bytes = try source.bytes(at: place.range.lowerBound, count: place.range.count)
        return place.isLittleEndian ? bytes : try swapped(bytes, types, part: key)
    }
}

extension PickledStorage {
    /// A storage that `torch.save` wrote in its old format into the bytes of another pickle: four pickles (magic number,
    /// protocol, facts of the machine, the storage), the list of its one key, a count, and the numbers.
    ///
    /// - Throws: ``ForeignWeightsError/Cause``.
    init(embeddedIn source: ByteSource, _ range: Range<Int>) throws {
        func damaged(_ reason: String, _ offset: Int) -> ForeignWeightsError.Cause {
            .malformed("a storage in the pickle: " + reason, FilePlace(part: nil, offset: offset))
        }
        let magic = LegacyStorages.magic
        guard range.count > magic.count,
            try source.bytes(at: range.lowerBound, count: magic.count).elementsEqual(magic)
        else { throw damaged("it does not begin as PyTorch begins it", range.lowerBound) }
        var position = range.lowerBound + magic.count
        var values: [(value: PickleValue, heap: PickleHeap)] = []
        for _ in 0..<4 {
            var reader = PickleReader(PickleInput(source, in: position..<range.upperBound), limit: 1000)
            values.append((try reader.read(), reader.heap))
            position = reader.end
        }
        guard case .integer(1001) = values[0].value else { throw damaged("its protocol is not 1001", position) }
        var isLittleEndian = true
        if case .boolean(false)? = values[1].heap.entry("little_endian", of: values[1].value) { isLittleEndian = false }
        guard case .storage(let index) = values[2].value, let keys = values[3].heap.items(values[3].value),
            keys.count == 1, case .text(let key) = keys[0], key == values[2].heap.storages[index].key
        else { throw damaged("it is not one storage", position) }
        let storage = values[2].heap.storages[index]
        guard range.upperBound - position >= 8 else { throw damaged("it is cut off", range.upperBound) }
        var count = try source.bytes(at: position, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if !isLittleEndian { count = count.byteSwapped }
        position += 8
        guard count == UInt64(storage.total),
            count <= UInt64((range.upperBound - position) / storage.type.size),
            position + Int(count) * storage.type.size == range.upperBound
        else { throw damaged("its size is not that of its \(storage.total) numbers", position) }
        self.init(
            type: storage.type, count: storage.total, place: position..<range.upperBound,
            isLittleEndian: isLittleEndian)
    }
}
