@testable import ForeignWeights

/// An object as `torch.save` writes it: tensors in dictionaries in dictionaries.
indirect enum SavedObject {
    /// A tensor of 32-bit floats that all have one value.
    case floats([Int], Float)
    /// A tensor of 64-bit integers that are all 7.
    case integers([Int])
    case dictionary([(String, SavedObject)])

    /// A network's tensors under names that begin alike.
    static func network(_ shapes: [String: [Int]], prefix: String = "", _ value: Float = 0.25) -> SavedObject {
        .dictionary(shapes.sorted { $0.key < $1.key }.map { (prefix + $0.key, .floats($0.value, value)) })
    }

    /// The entries of several dictionaries in one.
    static func joined(_ parts: SavedObject...) -> SavedObject {
        .dictionary(
            parts.flatMap { part in
                if case .dictionary(let entries) = part { entries } else { [(String, SavedObject)]() }
            })
    }

    /// The file.
    var bytes: [UInt8] {
        var instructions = Instructions()
        var storages: [[UInt8]] = []
        write(&instructions, &storages)
        instructions.raw(".")
        return ArchiveBytes.make(
            [.init(name: "m/data.pkl", content: instructions.bytes)]
                + storages.enumerated().map { .init(name: "m/data/\($0.offset)", content: $0.element) })
    }

    private func write(_ instructions: inout Instructions, _ storages: inout [[UInt8]]) {
        switch self {
        case .floats(let shape, let value):
            let count = shape.reduce(1, *)
            instructions.tensor(key: storages.count, stored: count, shape: shape, type: "FloatStorage")
            let number = Instructions.little(UInt64(value.bitPattern), 4)
            storages.append((0..<count).flatMap { _ in number })
        case .integers(let shape):
            let count = shape.reduce(1, *)
            instructions.tensor(key: storages.count, stored: count, shape: shape, type: "LongStorage")
            storages.append((0..<count).flatMap { _ in Instructions.little(7, 8) })
        case .dictionary(let entries):
            instructions.raw("}(")
            for (key, value) in entries {
                instructions.text(key)
                value.write(&instructions, &storages)
            }
            instructions.raw("u")
        }
    }
}

extension Instructions {
    /// A tensor in row-major order.
    fileprivate mutating func tensor(key: Int, stored: Int, shape: [Int], type: String) {
        let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
        tensor(stored: stored, shape: shape, strides: strides, type: type, key: "\(key)")
    }
}
