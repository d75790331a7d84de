extension SafetensorsHeader {
    /// The beginning of a file, before its numbers: the length of the header, and the header. The numbers of the
    /// tensors follow in the given order.
    package static func opening(
        of tensors: [(name: String, extents: [Int])], type: NumberType, metadata: [String: String]
    ) -> [UInt8] {
        var fields: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
            fields.append("\"__metadata__\":{" + texts.joined(separator: ",") + "}")
        }
        var position = 0
        for (name, extents) in tensors {
            let end = position + extents.reduce(type.size, *)
            fields.append(
                "\(jsonString(name)):{\"dtype\":\"\(type.rawValue)\","
                    + "\"shape\":[\(extents.map(String.init).joined(separator: ","))],"
                    + "\"data_offsets\":[\(position),\(end)]}")
            position = end
        }
        var header = Array(("{" + fields.joined(separator: ",") + "}").utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        return (0..<8).map { UInt8(truncatingIfNeeded: UInt64(header.count) >> (8 * UInt64($0))) } + header
    }
}
