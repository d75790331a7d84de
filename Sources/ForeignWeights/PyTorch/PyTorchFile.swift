import Files
import Layers
import Memory
import TensorCore

/// A dictionary of tensors that `torch.save` wrote. Names and shapes are read at once, numbers on demand.
///
/// Two formats: since 2020 a zip archive of `data.pkl` and an entry of raw numbers for each storage; before that five
/// pickles in a row (magic number, protocol, facts of the machine, the object, the keys of the storages) and behind
/// them, for each key, a count and raw numbers.
///
/// What Python's own `pickle` wrote is read as well, with its tensors and arrays inside; so is the state of a TorchScript
/// program.
struct PyTorchFile {
    let heap: PickleHeap
    let root: PickleValue
    /// Whether it is a TorchScript program, of which only the state is read.
    let isScript: Bool
    private let source: ByteSource
    private let limits: ForeignWeightsLimits
    private let storages: any PyTorchStorages

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(zip source: ByteSource, limits: ForeignWeightsLimits) throws {
        let archive = try ZipArchive(source, limits: limits.archive)
        let storages = try ArchivedStorages(archive)
        let entry = storages.pickle
        isScript = storages.isScript
        let bytes = try archive.contents(of: entry, limit: limits.descriptionBytes)
        var reader = PickleReader(
            PickleInput(ByteSource(bytes), part: entry.name), limit: limits.pickleOperations)
        root = try reader.read()
        heap = reader.heap
        self.storages = storages
        self.source = source
        self.limits = limits
    }

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(legacy source: ByteSource, limits: ForeignWeightsLimits) throws {
        let end = min(source.size, limits.descriptionBytes)
        var position = LegacyStorages.magic.count
        func next() throws -> PickleReader {
            PickleReader(PickleInput(source, in: min(position, end)..<end), limit: limits.pickleOperations)
        }
        var values: [(reader: PickleReader, value: PickleValue)] = []
        for _ in 0..<4 {
            var reader = try next()
            let value = try reader.read()
            position = reader.end
            values.append((reader, value))
        }
        guard case .integer(1001) = values[0].value else {
            throw ForeignWeightsError.Cause.malformed(
                "the protocol is not 1001", .init(part: nil, offset: LegacyStorages.magic.count))
        }
        var isLittleEndian = true
        for (key, value) in values[1].reader.heap.entries(values[1].value) ?? [] where key == "little_endian" {
            if case .boolean(false) = value { isLittleEndian = false }
        }
        (heap, root, isScript) = (values[2].reader.heap, values[2].value, false)
        storages = try LegacyStorages(
            source, keys: values[3].reader.heap.items(values[3].value) ?? [], heap: heap, position: position,
            isLittleEndian: isLittleEndian)
        self.source = source
        self.limits = limits
    }

    /// - Throws: ``ForeignWeightsError/Cause``.
    init(pickle source: ByteSource, limits: ForeignWeightsLimits) throws {
        var reader = PickleReader(PickleInput(source), limit: limits.pickleOperations, keepsBytes: true)
        root = try reader.read()
        heap = reader.heap
        isScript = false
        storages = EmbeddedStorages(source, heap)
        self.source = source
        self.limits = limits
    }

    /// Reads tensors of the heap; storages are read one at a time.
    ///
    /// - Throws: ``ForeignWeightsError/Cause``.
    func read(_ wanted: [(name: String, tensor: Int)]) throws -> [String: Tensor] {
        var floats = 0
        for (_, tensor) in wanted {
            let sum = floats.addingReportingOverflow(heap.tensors[tensor].count)
            try limits.checkTotal(floats: sum.overflow ? .max : sum.partialValue, fileSize: source.size)
            floats = sum.partialValue
        }
        var result: [String: Tensor] = [:]
        let byKey = Dictionary(grouping: wanted) { heap.storages[heap.tensors[$0.tensor].storage].key }
        for (key, views) in byKey.sorted(by: { $0.key < $1.key }) {
            let types = Set(views.map { heap.storages[heap.tensors[$0.tensor].storage].type })
            let (storages, limit) = (storages, limits.allowance(fileSize: source.size))
            let bytes = try storages.bytes(of: key, types: types, limit: limit)
            try checkSize(bytes.count, of: key, views)
            for view in views {
                let tensor = heap.tensors[view.tensor]
                let storage = heap.storages[tensor.storage]
                let shape = Shape(tensor.shape)
                guard shape.count >= Self.largeTensor else {
                    result[view.name] = try Tensor(shape: shape) { try tensor.write(bytes, as: storage, to: $0) }
                    continue
                }
                let size = bytes.count
                result[view.name] = .deferred(shape) { target in
                    let bytes: [UInt8]
                    do { bytes = try storages.bytes(of: key, types: types, limit: limit) } catch {
                        if let cause = OutOfMemory.cause(of: error) { throw cause }
                        return target.update(repeating: .nan)
                    }
                    // The file may have changed in the meantime.
                    guard bytes.count == size else { return target.update(repeating: .nan) }
                    try tensor.write(bytes, as: storage, to: target)
                }
            }
        }
        return result
    }

    /// Throws unless the file has as many bytes for a storage as the pickle says: a storage of another type would be
    /// misread without a sign.
    private func checkSize(_ size: Int, of key: String, _ views: [(name: String, tensor: Int)]) throws {
        for view in views {
            let storage = heap.storages[heap.tensors[view.tensor].storage]
            let expected = storage.total * storage.type.size
            guard size != expected else { continue }
            throw ForeignWeightsError.Cause.malformed(
                "the tensor \(printable(view.name)) lies in a storage of \(size) bytes, and \(storage.total) numbers "
                    + "of the type \(storage.type.rawValue) take \(expected)",
                .init(part: "storage \(printable(key))", offset: min(size, expected)))
        }
    }

    /// Tensors of at least this size are read each time they are needed, because plans keep only packed weights.
    private static let largeTensor = 4096
}

extension PickledTensor {
    /// Writes the values in row-major order; the storage must cover the tensor.
    fileprivate func write(
        _ bytes: [UInt8], as storage: PickledStorage, to target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let shape = Shape(shape)
        guard shape.count > 0 else { return }
        let size = storage.type.size
        let start = (storage.start + offset) * size
        try bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[start..<start + span * size])
            let isPlain = zip(zip(shape.dimensions, strides), shape.strides).allSatisfy { $0.0 == 1 || $0.1 == $1 }
            if isPlain { return storage.type.read(part, into: target) }
            let scattered = try [Float](allocating: span) { storage.type.read(part, into: $0) }
            var index = [Int](repeating: 0, count: shape.rank)
            var place = 0
            for i in target.indices {
                target[i] = scattered[place]
                for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
                    index[axis] += 1
                    place += strides[axis]
                    if index[axis] < shape[axis] { break }
                    place -= strides[axis] * index[axis]
                    index[axis] = 0
                }
            }
        }
    }
}
