import Files

/// What a file may hold.
package struct ONNXLimits: Sendable, Hashable {
    /// Operations, and constant tensors.
    package var entries = 200_000
    /// Bytes of all names, settings and descriptions together.
    package var descriptionBytes = 64 << 20
    /// Numbers of a list that is a setting.
    package var listLength = 1 << 16

    /// The default limits.
    package init() {}
}

extension ONNXModel {
    /// Reads a file's graph. The contents of tensors stay in the file.
    ///
    /// - Throws: `FileFormatError`.
    package init(_ source: ByteSource, limits: ONNXLimits = .init()) throws(FileFormatError) {
        self = try Reader(source, limits).model()
    }
}

private final class Reader {
    let input: BufferedBytes
    let limits: ONNXLimits
    var described = 0
    var entries = 0

    init(_ source: ByteSource, _ limits: ONNXLimits) {
        (input, self.limits) = (BufferedBytes(source), limits)
    }

    private func malformed(_ reason: String, at offset: Int) -> FileFormatError {
        .malformed(reason, .init(part: nil, offset: offset))
    }

    private func fields(
        _ range: Range<Int>, _ take: (Int, MessageReader.Value) throws(FileFormatError) -> Void
    ) throws(FileFormatError) {
        var reader = MessageReader(input, range)
        while let (field, value) = try reader.next() { try take(field, value) }
    }

    private func describe(_ bytes: Int, at offset: Int) throws(FileFormatError) {
        described += bytes
        guard described <= limits.descriptionBytes else {
            throw .tooLarge("its graph has more than \(limits.descriptionBytes >> 20) MB without its weights")
        }
    }

    private func count() throws(FileFormatError) {
        entries += 1
        guard entries <= limits.entries else {
            throw .tooLarge("its graph has more than \(limits.entries) operations and tensors")
        }
    }

    private func text(_ range: Range<Int>) throws(FileFormatError) -> String {
        try describe(range.count, at: range.lowerBound)
        return String(decoding: try input.bytes(range), as: UTF8.self)
    }

    private func integers(_ value: MessageReader.Value) throws(FileFormatError) -> [Int] {
        switch value {
        case .number(let number): return [Int(Int64(bitPattern: number))]
        case .bytes(let range):
            try describe(range.count, at: range.lowerBound)
            return try MessageReader.varints(input, range, limit: limits.listLength).map { Int(Int64(bitPattern: $0)) }
        }
    }

    func model() throws(FileFormatError) -> ONNXModel {
        var model = ONNXModel(operationSet: 0, producer: "", producerVersion: "", graph: ONNXGraph(name: ""))
        var hasGraph = false
        try fields(0..<input.source.size) { field, value throws(FileFormatError) in
            switch (field, value) {
            case (2, .bytes(let range)): model.producer = try text(range)
            case (3, .bytes(let range)): model.producerVersion = try text(range)
            case (6, .bytes(let range)): model.description = try text(range)
            case (7, .bytes(let range)):
                guard !hasGraph else { throw malformed("a second graph", at: range.lowerBound) }
                model.graph = try graph(range)
                hasGraph = true
            case (8, .bytes(let range)):
                var (domain, version) = ("", 0)
                try fields(range) { field, value throws(FileFormatError) in
                    if field == 1, case .bytes(let range) = value { domain = try text(range) }
                    if field == 2, case .number(let number) = value { version = Int(Int64(bitPattern: number)) }
                }
                if domain.isEmpty || domain == "ai.onnx" { model.operationSet = version }
            case (14, .bytes(let range)):
                var (key, word) = ("", "")
                try count()
                try fields(range) { field, value throws(FileFormatError) in
                    if field == 1, case .bytes(let range) = value { key = try text(range) }
                    if field == 2, case .bytes(let range) = value { word = try text(range) }
                }
                model.metadata.append((key, word))
            default: break
            }
        }
        guard hasGraph else { throw malformed("there is no graph", at: 0) }
        return model
    }

    private func graph(_ range: Range<Int>) throws(FileFormatError) -> ONNXGraph {
        var graph = ONNXGraph(name: "")
        try fields(range) { field, value throws(FileFormatError) in
            guard case .bytes(let range) = value else { return }
            switch field {
            case 1: graph.nodes.append(try node(range))
            case 2: graph.name = try text(range)
            case 5: graph.initializers.append(try tensor(range))
            case 11: graph.inputs.append(try self.value(range))
            case 12: graph.outputs.append(try self.value(range))
            case 15:
                throw malformed("it has sparse tensors, which are not read here", at: range.lowerBound)
            default: break
            }
        }
        return graph
    }

    private func node(_ range: Range<Int>) throws(FileFormatError) -> ONNXNode {
        try count()
        var node = ONNXNode("", [], [], [:])
        node.offset = range.lowerBound
        try fields(range) { field, value throws(FileFormatError) in
            guard case .bytes(let range) = value else { return }
            switch field {
            case 1: node.inputs.append(try text(range))
            case 2: node.outputs.append(try text(range))
            case 3: node.name = try text(range)
            case 4: node.operation = try text(range)
            case 5:
                let (name, attribute) = try attribute(range)
                node.attributes[name] = attribute
            case 7: node.domain = try text(range)
            default: break
            }
        }
        if node.domain == "ai.onnx" { node.domain = "" }
        return node
    }

    private func attribute(_ range: Range<Int>) throws(FileFormatError) -> (String, ONNXAttribute) {
        try count()
        var (name, kind) = ("", 0)
        var (float, integer, word) = (Float(0), 0, "")
        var (floats, integers) = ([Float](), [Int]())
        var tensor: ONNXTensor?
        try fields(range) { field, value throws(FileFormatError) in
            switch (field, value) {
            case (1, .bytes(let range)): name = try text(range)
            case (2, .number(let bits)): float = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
            case (3, .number(let number)): integer = Int(Int64(bitPattern: number))
            case (4, .bytes(let range)): word = try text(range)
            case (5, .bytes(let range)): tensor = try self.tensor(range)
            case (7, .number(let bits)): floats.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            case (7, .bytes(let range)):
                try describe(range.count, at: range.lowerBound)
                floats += Self.floats(try input.bytes(range))
            case (8, let value): integers += try self.integers(value)
            case (20, .number(let number)): kind = Int(truncatingIfNeeded: number)
            default: break
            }
            guard max(floats.count, integers.count) <= limits.listLength else {
                throw malformed("a list of more than \(limits.listLength) numbers", at: range.lowerBound)
            }
        }
        switch kind {
        case 1: return (name, .float(float))
        case 2: return (name, .integer(integer))
        case 3: return (name, .text(word))
        case 4: return (name, tensor.map { .tensor($0) } ?? .other)
        case 6: return (name, .floats(floats))
        case 7: return (name, .integers(integers))
        default: return (name, .other)
        }
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
    }

    private func value(_ range: Range<Int>) throws(FileFormatError) -> ONNXValue {
        try count()
        var result = ONNXValue("", .float32, nil)
        try fields(range) { field, value throws(FileFormatError) in
            guard case .bytes(let range) = value else { return }
            switch field {
            case 1: result.name = try text(range)
            case 2:
                try fields(range) { field, value throws(FileFormatError) in
                    guard field == 1, case .bytes(let range) = value else { return }
                    try tensorType(range, &result)
                }
            case 3: result.description = try text(range)
            default: break
            }
        }
        return result
    }

    private func tensorType(_ range: Range<Int>, _ result: inout ONNXValue) throws(FileFormatError) {
        try fields(range) { field, value throws(FileFormatError) in
            if field == 1, case .number(let code) = value {
                result.type = ONNXTensor.Element(rawValue: Int(truncatingIfNeeded: code)) ?? .text
            }
            guard field == 2, case .bytes(let range) = value else { return }
            var extents: [ONNXValue.Extent] = []
            try fields(range) { field, value throws(FileFormatError) in
                guard field == 1, case .bytes(let range) = value else { return }
                guard extents.count < 64 else { throw malformed("a tensor of more than 64 axes", at: range.lowerBound) }
                var extent = ONNXValue.Extent.free("")
                try fields(range) { field, value throws(FileFormatError) in
                    switch (field, value) {
                    case (1, .number(let number)): extent = .fixed(Int(Int64(bitPattern: number)))
                    case (2, .bytes(let range)): extent = .free(try text(range))
                    default: break
                    }
                }
                extents.append(extent)
            }
            result.extents = extents
        }
    }

    private func tensor(_ range: Range<Int>) throws(FileFormatError) -> ONNXTensor {
        try count()
        var tensor = ONNXTensor("", [], .float32, .bytes([]))
        var values: [UInt8] = []
        var raw: Range<Int>?
        var location: String?
        var code = 1
        try fields(range) { field, value throws(FileFormatError) in
            switch (field, value) {
            case (1, let value):
                tensor.extents += try integers(value)
                guard tensor.extents.count <= 64 else {
                    throw malformed("a tensor of more than 64 axes", at: range.lowerBound)
                }
            case (2, .number(let number)): code = Int(truncatingIfNeeded: number)
            // Floats, doubles and, as varints, whole numbers and halves.
            case (4, .bytes(let packed)), (10, .bytes(let packed)): raw = packed
            case (5, let value), (7, let value):
                let size = ONNXTensor.Element(rawValue: code)?.size ?? 8
                for number in try integers(value) {
                    withUnsafeBytes(of: Int64(number).littleEndian) { values += $0.prefix(size) }
                }
            case (8, .bytes(let range)): tensor.name = try text(range)
            case (9, .bytes(let range)): raw = range
            case (13, .bytes(let range)):
                try fields(range) { field, value throws(FileFormatError) in
                    guard location == nil, field == 2, case .bytes(let range) = value else { return }
                    location = try text(range)
                }
            case (14, .number(1)): location = location ?? ""
            default: break
            }
        }
        guard let element = ONNXTensor.Element(rawValue: code) else {
            throw malformed("a tensor of the unknown type \(code)", at: range.lowerBound)
        }
        tensor.element = element
        if let location {
            tensor.content = .external(location)
            return tensor
        }
        if let raw { tensor.content = .file(raw) } else { tensor.content = .bytes(values) }
        try check(tensor, at: range.lowerBound)
        return tensor
    }

    /// Compares the length of the contents with the extents.
    private func check(_ tensor: ONNXTensor, at offset: Int) throws(FileFormatError) {
        guard let size = tensor.element.size else { return }
        var bytes = size
        for extent in tensor.extents {
            let (product, overflows) = bytes.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflows else { throw malformed("a tensor of \(tensor.extents)", at: offset) }
            bytes = product
        }
        let found =
            switch tensor.content {
            case .bytes(let values): values.count
            case .file(let range): range.count
            case .provided, .external: bytes
            }
        guard found == bytes else {
            throw malformed("a tensor of \(tensor.extents) with \(found) bytes instead of \(bytes)", at: offset)
        }
    }
}
