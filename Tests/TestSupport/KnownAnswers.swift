import Foundation

/// One case of `Tests/Fixtures/KnownAnswers`: inputs, answers and attributes that an independent implementation wrote down.
///
/// Tensors are float32 in row-major order with PyTorch's axis order. Where a case has a `cotangent`, its `grad.<name>`
/// tensors are the gradients of `sum(output * cotangent)` with respect to the input called `<name>`.
package struct KnownAnswer: Sendable, CustomStringConvertible {
    /// A tensor as stored: its shape and its values in row-major order.
    package struct Values: Sendable {
        package let shape: [Int]
        package let scalars: [Float]
    }

    /// Why a fixture could not be read.
    package enum Problem: Error {
        case missingTensor(String)
        case missingAttribute(String)
        case malformed(String)
    }

    /// The name of the case, such as `conv2d.half4x4`.
    package let name: String
    /// The operation, such as `conv2d`, shared by all cases that exercise it.
    package let operation: String
    private let attributes: [String: Attribute]
    private let tensors: [String: Values]

    package var description: String { name }

    /// The cases of a group, in the order in which they were written.
    ///
    /// - Parameter group: a file's name without its ending, such as `arithmetic`.
    package static func cases(of group: String) throws -> [KnownAnswer] {
        let index = try JSONDecoder().decode(Index.self, from: Fixtures.data("KnownAnswers/\(group).json"))
        let stored = try readSafetensors(Fixtures.data("KnownAnswers/\(group).safetensors"))
        return try index.cases.map { entry in
            var tensors: [String: Values] = [:]
            for name in entry.tensors {
                guard let values = stored["\(entry.name).\(name)"] else {
                    throw Problem.missingTensor("\(entry.name).\(name)")
                }
                tensors[name] = values
            }
            return KnownAnswer(
                name: entry.name, operation: entry.operation, attributes: entry.attributes, tensors: tensors)
        }
    }

    /// The names of all tensors of the case, sorted.
    package var tensorNames: [String] { tensors.keys.sorted() }

    /// Whether the case has the tensor, such as an optional `bias`.
    package func has(_ name: String) -> Bool { tensors[name] != nil }

    /// Whether the case has the attribute, such as an optional `weightDecay`.
    package func has(attribute name: String) -> Bool { attributes[name] != nil }

    /// The tensor of that name.
    package func tensor(_ name: String) throws -> Values {
        guard let values = tensors[name] else { throw Problem.missingTensor("\(self.name).\(name)") }
        return values
    }

    /// A numeric attribute.
    package func number(_ name: String) throws -> Double {
        guard case .number(let value)? = attributes[name] else {
            throw Problem.missingAttribute("\(self.name).\(name)")
        }
        return value
    }

    /// A whole-number attribute.
    package func integer(_ name: String) throws -> Int { Int(try number(name)) }

    /// A list of whole numbers, such as `stride` of a convolution (height, then width).
    package func integers(_ name: String) throws -> [Int] {
        guard case .numbers(let values)? = attributes[name] else {
            throw Problem.missingAttribute("\(self.name).\(name)")
        }
        return values.map { Int($0) }
    }

    /// A yes-or-no attribute.
    package func flag(_ name: String) throws -> Bool {
        guard case .flag(let value)? = attributes[name] else { throw Problem.missingAttribute("\(self.name).\(name)") }
        return value
    }

    /// An attribute in words, such as `mode` of an interpolation.
    package func text(_ name: String) throws -> String {
        guard case .text(let value)? = attributes[name] else { throw Problem.missingAttribute("\(self.name).\(name)") }
        return value
    }
}

private struct Index: Decodable {
    struct Case: Decodable {
        let name: String
        let operation: String
        let attributes: [String: Attribute]
        let tensors: [String]
    }
    let cases: [Case]
}

private enum Attribute: Decodable, Sendable {
    case flag(Bool)
    case number(Double)
    case numbers([Double])
    case text(String)
    /// A list of records, such as the layers of a network, which tests spell out themselves.
    case records

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let numbers = try? value.decode([Double].self) {
            self = .numbers(numbers)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else {
            self = .records
        }
    }
}

private struct SafetensorsEntry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }
}

private func readSafetensors(_ file: Data) throws -> [String: KnownAnswer.Values] {
    guard file.count >= 8 else { throw KnownAnswer.Problem.malformed("no header") }
    let headerLength = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard headerLength <= file.count - 8 else { throw KnownAnswer.Problem.malformed("header runs past the end") }
    let entries = try JSONDecoder().decode([String: SafetensorsEntry].self, from: file[8..<8 + headerLength])
    let body = [UInt8](file[(8 + headerLength)...])
    return try entries.mapValues { entry in
        let count = entry.shape.reduce(1, *)
        guard entry.dtype == "F32", entry.offsets.count == 2, entry.offsets[1] <= body.count,
            entry.offsets[1] - entry.offsets[0] == 4 * count
        else { throw KnownAnswer.Problem.malformed("\(entry)") }
        let scalars = body.withUnsafeBytes { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: entry.offsets[0] + 4 * $0, as: Float.self) }
        }
        return KnownAnswer.Values(shape: entry.shape, scalars: scalars)
    }
}
