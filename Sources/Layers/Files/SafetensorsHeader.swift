import Foundation
import TensorCore

/// The JSON header of a safetensors file, checked: every tensor lies inside the data, none overlap, no byte is left
/// over, and every length agrees with its shape.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let type: NumberType
        let shape: Shape
        let begin: Int
        let end: Int
    }

    static let lengthLimit: UInt64 = 100_000_000

    /// In the order in which they lie in the file.
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// - Parameters:
    ///   - json: the header's text.
    ///   - dataLength: how many bytes follow it.
    init(json: Data, dataLength: Int) throws(SafetensorsHeaderProblem) {
        guard json.first == UInt8(ascii: "{"),
            let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any]
        else { throw .cause(.malformedHeader("the header is no JSON object")) }
        for (name, value) in object {
            if name == "__metadata__" {
                guard let texts = value as? [String: String] else {
                    throw .cause(.malformedHeader("the metadata are not texts"))
                }
                metadata = texts
            } else {
                entries.append(try SafetensorsHeader.entry(name, value))
            }
        }
        entries.sort { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
        var position = 0
        for entry in entries {
            guard entry.begin == position else {
                let fault = entry.begin < position ? "overlaps another" : "leaves a gap before it"
                throw .cause(.wrongOffsets(tensor: entry.name, fault))
            }
            position = entry.end
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
        // Extents of 0 do not excuse the others: products of neighbors are formed later on.
        var places = type.size
        for extent in extents {
            let (product, overflows) = places.multipliedReportingOverflow(by: max(extent, 1))
            guard !overflows else { throw .cause(.wrongOffsets(tensor: name, "has a shape beyond all memory")) }
            places = product
        }
        let bytes = extents.contains(0) ? 0 : places
        guard offsets[1] >= offsets[0], offsets[1] - offsets[0] == bytes else {
            throw .cause(
                .wrongOffsets(tensor: name, "lies at \(offsets[0])..<\(offsets[1]) but its shape takes \(bytes) bytes"))
        }
        return Entry(name: name, type: type, shape: Shape(extents), begin: offsets[0], end: offsets[1])
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

enum SafetensorsHeaderProblem: Error {
    case cause(SafetensorsError.Cause)
    /// The data end before the last tensor does; `announced` counts from the data's beginning.
    case truncatedData(announced: Int)
}
