import Files

/// Builds a message of a protocol buffer: fields with numbers, in order.
struct MessageWriter {
    /// The parts of the message: bytes, and contents that are written when their turn comes.
    enum Part {
        case bytes([UInt8])
        case content(ONNXTensor.Content)
    }
    private(set) var parts: [Part] = []
    private(set) var count = 0

    private mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        guard case .bytes(var last)? = parts.last else { return parts.append(.bytes(bytes)) }
        parts.removeLast()
        last += bytes
        parts.append(.bytes(last))
    }

    private mutating func append(_ content: ONNXTensor.Content, size: Int) {
        count += size
        parts.append(.content(content))
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (bytes, rest) = ([UInt8](), value)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private mutating func tag(_ field: Int, _ wire: Int) { append(Self.varint(UInt64(field << 3 | wire))) }

    mutating func integer(_ field: Int, _ value: Int) {
        tag(field, 0)
        append(Self.varint(UInt64(bitPattern: Int64(value))))
    }

    mutating func float(_ field: Int, _ value: Float) {
        tag(field, 5)
        append(withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
    }

    mutating func text(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

    mutating func bytes(_ field: Int, _ value: [UInt8]) {
        tag(field, 2)
        append(Self.varint(UInt64(value.count)))
        append(value)
    }

    mutating func integers(_ field: Int, packed values: [Int]) {
        bytes(field, values.flatMap { Self.varint(UInt64(bitPattern: Int64($0))) })
    }

    mutating func message(_ field: Int, _ build: (inout MessageWriter) -> Void) {
        var inner = MessageWriter()
        build(&inner)
        tag(field, 2)
        append(Self.varint(UInt64(inner.count)))
        for part in inner.parts {
            switch part {
            case .bytes(let bytes): append(bytes)
            case .content(let content):
                if case .provided(let size, _) = content { append(content, size: size) }
            }
        }
    }

    mutating func content(_ field: Int, _ content: ONNXTensor.Content) {
        switch content {
        case .bytes(let value): bytes(field, value)
        case .provided(let size, _):
            tag(field, 2)
            append(Self.varint(UInt64(size)))
            append(content, size: size)
        case .file, .external: preconditionFailure("a tensor that was read is not written again")
        }
    }
}

extension ONNXModel {
    /// The number of the format of files.
    private static let version = 8
    /// Protocol buffers end at this size.
    package static let sizeLimit = Int(Int32.max)

    /// Writes the file, completely or not at all.
    ///
    /// - Throws: `FileWriteError`; what the contents of tensors throw.
    package func write(to path: String) throws {
        let message = message
        guard message.count <= Self.sizeLimit else {
            throw FileWriteError(
                path: path, reason: "ONNX files end at 2 GB, and this would have \(message.count) bytes")
        }
        let file = try AtomicFile(path)
        for part in message.parts {
            switch part {
            case .bytes(let bytes): try bytes.withUnsafeBytes { try file.write($0) }
            case .content(.provided(_, let provide)): try provide { try file.write($0) }
            case .content: break
            }
        }
        try file.commit()
    }

    /// The file's bytes.
    package var bytes: [UInt8] {
        get throws {
            var bytes: [UInt8] = []
            for part in message.parts {
                switch part {
                case .bytes(let part): bytes += part
                case .content(.provided(_, let provide)): try provide { bytes += $0 }
                case .content: break
                }
            }
            return bytes
        }
    }

    private var message: MessageWriter {
        var writer = MessageWriter()
        writer.integer(1, Self.version)
        writer.text(2, producer)
        writer.text(3, producerVersion)
        if !description.isEmpty { writer.text(6, description) }
        writer.message(7) { graph.write(to: &$0) }
        writer.message(8) { $0.integer(2, operationSet) }
        for (key, value) in metadata {
            writer.message(14) {
                $0.text(1, key)
                $0.text(2, value)
            }
        }
        return writer
    }
}

extension ONNXGraph {
    fileprivate func write(to writer: inout MessageWriter) {
        for node in nodes { writer.message(1) { node.write(to: &$0) } }
        writer.text(2, name)
        for tensor in initializers { writer.message(5) { tensor.write(to: &$0) } }
        for value in inputs { writer.message(11) { value.write(to: &$0) } }
        for value in outputs { writer.message(12) { value.write(to: &$0) } }
    }
}

extension ONNXNode {
    fileprivate func write(to writer: inout MessageWriter) {
        for input in inputs { writer.text(1, input) }
        for output in outputs { writer.text(2, output) }
        writer.text(3, name.isEmpty ? outputs.first ?? "" : name)
        writer.text(4, operation)
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            writer.message(5) { writer in
                writer.text(1, name)
                attribute.write(to: &writer)
            }
        }
        if !domain.isEmpty { writer.text(7, domain) }
    }
}

extension ONNXAttribute {
    fileprivate func write(to writer: inout MessageWriter) {
        switch self {
        case .float(let value):
            writer.float(2, value)
            writer.integer(20, 1)
        case .integer(let value):
            writer.integer(3, value)
            writer.integer(20, 2)
        case .text(let value):
            writer.text(4, value)
            writer.integer(20, 3)
        case .tensor(let value):
            writer.message(5) { value.write(to: &$0) }
            writer.integer(20, 4)
        case .floats(let values):
            for value in values { writer.float(7, value) }
            writer.integer(20, 6)
        case .integers(let values):
            writer.integers(8, packed: values)
            writer.integer(20, 7)
        case .other: preconditionFailure("an attribute that was not kept is not written again")
        }
    }
}

extension ONNXTensor {
    fileprivate func write(to writer: inout MessageWriter) {
        if !extents.isEmpty { writer.integers(1, packed: extents) }
        writer.integer(2, element.rawValue)
        writer.text(8, name)
        writer.content(9, content)
    }
}

extension ONNXValue {
    fileprivate func write(to writer: inout MessageWriter) {
        writer.text(1, name)
        writer.message(2) { type in
            type.message(1) { tensor in
                tensor.integer(1, self.type.rawValue)
                guard let extents else { return }
                tensor.message(2) { shape in
                    for extent in extents {
                        shape.message(1) { dimension in
                            switch extent {
                            case .fixed(let number): dimension.integer(1, number)
                            case .free(let name): dimension.text(2, name)
                            }
                        }
                    }
                }
            }
        }
        if !description.isEmpty { writer.text(3, description) }
    }
}
