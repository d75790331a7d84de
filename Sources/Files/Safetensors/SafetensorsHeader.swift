import Foundation

/// The JSON header of a safetensors file, checked: every tensor lies inside the data, none overlap, no byte is left
/// over, and every length agrees with its shape.
package struct SafetensorsHeader {
    /// A tensor, and the place of its numbers in the file.
    package struct Entry {
        package let name: String
        package let type: NumberType
        package let extents: [Int]
        package let bytes: Range<Int>
    }

    static let lengthLimit: UInt64 = 100_000_000

    /// In the order in which they lie in the file.
    package private(set) var entries: [Entry] = []
    package private(set) var metadata: [String: String] = [:]

    /// Reads the header of a file.
    ///
    /// - Parameters:
    ///   - path: the name of the file in errors.
    ///   - size: bytes in the file.
    ///   - read: reads some of them.
    package init(path: String, size: Int, read: (Range<Int>) -> Data) throws(SafetensorsError) {
        func fail(_ cause: SafetensorsError.Cause) -> SafetensorsError { SafetensorsError(path: path, cause: cause) }
        if let words = Placeholder.words(for: read(0..<min(size, 64))) { throw fail(.malformedHeader(words)) }
        guard size >= 8 else { throw fail(.truncated(expected: 8, found: size)) }
        let length = read(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Self.lengthLimit else { throw fail(.headerTooLong(length)) }
        let dataStart = 8 + Int(length)
        guard dataStart <= size else { throw fail(.truncated(expected: dataStart, found: size)) }
        do throws(SafetensorsHeaderProblem) {
            try self.init(json: read(8..<dataStart), dataLength: size - dataStart)
        } catch {
            switch error {
            case .cause(let cause): throw fail(cause)
            case .truncatedData(let announced):
                let (expected, overflows) = announced.addingReportingOverflow(dataStart)
                throw fail(.truncated(expected: overflows ? .max : expected, found: size))
            }
        }
        entries = entries.map {
            Entry(
                name: $0.name, type: $0.type, extents: $0.extents,
                bytes: dataStart + $0.bytes.lowerBound..<dataStart + $0.bytes.upperBound)
        }
    }

    /// - Parameters:
    ///   - json: the header's text.
    ///   - dataLength: how many bytes follow it; entries are counted from the first of them.
    private init(json: Data, dataLength: Int) throws(SafetensorsHeaderProblem) {
        guard json.first == UInt8(ascii: "{"),
            let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any]
        else { throw .cause(.malformedHeader("the header is not a JSON object")) }
        for (name, value) in object {
            if name == "__metadata__" {
                guard let texts = value as? [String: String] else {
                    throw .cause(.malformedHeader("the metadata are not strings"))
                }
                metadata = texts
            } else {
                entries.append(try SafetensorsHeader.entry(name, value))
            }
        }
        entries.sort { a, b in
            (a.bytes.lowerBound, a.bytes.upperBound, a.name) < (b.bytes.lowerBound, b.bytes.upperBound, b.name)
        }
        var position = 0
        for entry in entries {
            guard entry.bytes.lowerBound == position else {
                let fault = entry.bytes.lowerBound < position ? "overlaps another" : "leaves a gap before it"
                throw .cause(.wrongOffsets(tensor: entry.name, fault))
            }
            position = entry.bytes.upperBound
        }
        guard position <= dataLength else { throw .truncatedData(announced: position) }
        guard position == dataLength else {
            throw .cause(.malformedHeader("\(dataLength - position) bytes belong to no tensor"))
        }
    }

    private static func entry(_ name: String, _ value: Any) throws(SafetensorsHeaderProblem) -> Entry {
        guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
            let extents = integers(fields["shape"]), let offsets = integers(fields["data_offsets"]),
            offsets.count == 2
        else { throw .cause(.malformedHeader("tensor \(name) lacks a type, a shape or offsets")) }
        guard let type = NumberType(rawValue: typeName) else {
            throw .cause(.unsupportedType(tensor: name, type: typeName))
        }
        // Checked even if a dimension is 0, because later code multiplies neighboring dimensions.
        var places = type.size
        for extent in extents {
            let (product, overflows) = places.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflows else { throw .cause(.wrongOffsets(tensor: name, "has a shape that exceeds any memory")) }
            places = product
        }
        let bytes = extents.contains(0) ? 0 : places
        guard offsets[1] >= offsets[0], offsets[1] - offsets[0] == bytes else {
            throw .cause(
                .wrongOffsets(tensor: name, "lies at \(offsets[0])..<\(offsets[1]) but its shape takes \(bytes) bytes"))
        }
        return Entry(name: name, type: type, extents: extents, bytes: offsets[0]..<offsets[1])
    }

    /// An array of whole numbers, none negative.
    private static func integers(_ value: Any?) -> [Int]? {
        guard let numbers = value as? [NSNumber] else { return nil }
        var result: [Int] = []
        for number in numbers {
            guard let integer = Int(number.stringValue), integer >= 0 else { return nil }
            result.append(integer)
        }
        return result
    }
}

private enum SafetensorsHeaderProblem: Error {
    case cause(SafetensorsError.Cause)
    /// The data end before the last tensor does; `announced` counts from the data's beginning.
    case truncatedData(announced: Int)
}
