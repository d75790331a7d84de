import Files
import TensorCore

/// What a file of PyTorch holds: tensors in dictionaries in dictionaries.
package indirect enum SavedValue {
    case tensor(Tensor)
    case dictionary([(key: String, value: SavedValue)])

    /// A dictionary of tensors, sorted by name.
    package init(_ tensors: [String: Tensor]) {
        self = .dictionary(tensors.sorted { $0.key < $1.key }.map { ($0.key, .tensor($0.value)) })
    }

    /// Writes the file as `torch.save` does, with 32-bit floats; `torch.load` reads it with `weights_only=True`.
    ///
    /// - Returns: how many tensors were written.
    /// - Throws: `FileWriteError`.
    @discardableResult
    package func write(to path: String) throws -> Int {
        var pickle = PickleWriting()
        pickle.raw([0x80, 2])
        pickle.write(self)
        pickle.raw(".")
        let archive = try ArchiveWriting(path)
        try archive.add("data.pkl", pickle.bytes)
        for (index, tensor) in pickle.tensors.enumerated() {
            try archive.add("data/\(index)", tensor.values.withUnsafeBytes { [UInt8]($0) })
        }
        try archive.add("version", Array("3\n".utf8))
        try archive.finish()
        return pickle.tensors.count
    }
}

/// The instructions of a pickle of protocol 2, and the tensors that it refers to.
private struct PickleWriting {
    private(set) var bytes: [UInt8] = []
    private(set) var tensors: [Tensor] = []

    mutating func raw(_ more: [UInt8]) { bytes += more }
    mutating func raw(_ letters: String) { bytes += Array(letters.utf8) }

    mutating func write(_ value: SavedValue) {
        switch value {
        case .dictionary(let entries):
            raw("ccollections\nOrderedDict\n)R(")
            for (key, value) in entries {
                text(key)
                write(value)
            }
            raw("u")
        case .tensor(let tensor):
            raw("ctorch._utils\n_rebuild_tensor_v2\n((")
            text("storage")
            raw("ctorch\nFloatStorage\n")
            text("\(tensors.count)")
            text("cpu")
            integer(tensor.count)
            raw("tQ")
            integer(0)
            integers(tensor.shape.dimensions)
            integers(tensor.shape.strides)
            raw([0x89])
            raw("ccollections\nOrderedDict\n)RtR")
            tensors.append(tensor)
        }
    }

    private mutating func text(_ value: String) {
        raw([0x58] + little(UInt64(value.utf8.count), 4))
        raw(value)
    }

    private mutating func integer(_ value: Int) { raw([0x8A, 8] + little(UInt64(value), 8)) }

    private mutating func integers(_ values: [Int]) {
        raw("(")
        for value in values { integer(value) }
        raw("t")
    }
}

private func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}

/// A zip archive of entries that are not compressed and begin at multiples of 64 bytes, as PyTorch's do.
private final class ArchiveWriting {
    private let path: String
    private let file: AtomicFile
    private var position = 0
    private var directory: [UInt8] = []
    private var count = 0

    init(_ path: String) throws { (self.path, file) = (path, try AtomicFile(path)) }

    func add(_ name: String, _ content: [UInt8]) throws {
        guard position + content.count < 1 << 32 - 4096 - directory.count, count < 65_000 else {
            throw FileWriteError(path: path, reason: "it would have more than 4 GB or 65,000 tensors")
        }
        let name = Array(("archive/" + name).utf8)
        let start = position + 30 + name.count + 4
        let padding = (64 - start % 64) % 64
        let extra = Array("FB".utf8) + little(UInt64(padding), 2) + [UInt8](repeating: 0x5A, count: padding)
        let size = little(UInt64(content.count), 4)
        let common = little(0, 8) + little(UInt64(checksum(content)), 4) + size + size
        let header = [0x50, 0x4B, 3, 4] + little(20, 2) + common + little(UInt64(name.count), 2)
        directory += [0x50, 0x4B, 1, 2] + little(20, 2) + little(20, 2) + common + little(UInt64(name.count), 2)
        directory += little(0, 12) + little(UInt64(position), 4) + name
        count += 1
        try write(header + little(UInt64(extra.count), 2) + name + extra)
        try write(content)
    }

    func finish() throws {
        let (start, number) = (position, little(UInt64(count), 2))
        let end = [0x50, 0x4B, 5, 6] + little(0, 4) + number + number
        try write(directory)
        try write(end + little(UInt64(directory.count), 4) + little(UInt64(start), 4) + [0, 0])
        try file.commit()
    }

    private func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try file.write($0) }
        position += bytes.count
    }
}
