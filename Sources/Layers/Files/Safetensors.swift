import Foundation
import Reporting
import TensorCore

/// Tensors in the file format of Hugging Face: eight bytes of header length, a JSON header, raw numbers.
/// https://github.com/huggingface/safetensors
public enum Safetensors {
    /// How numbers are kept in a file.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// Bits of a number: 32, 16 (IEEE half) or 16 (bfloat16: the range of float32, 8 bits of precision).
        case float32, float16, bfloat16
    }

    /// Reads every tensor of a file. Numbers of the types F32, F16, BF16, F64, I64, I32, I16, I8,
    /// U8 and BOOL become float32.
    ///
    /// - Throws: `SafetensorsError`; a damaged or hostile file never does worse.
    public static func read(_ path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        let bytes: Data
        do {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else {
                throw SafetensorsError(path: path, cause: .unreadable("it is not a file"))
            }
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as SafetensorsError {
            throw error
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw SafetensorsError(path: path, cause: .unreadable(exists ? "not allowed" : "no such file"))
        }
        return try decode(bytes, path: path)
    }

    /// Reads the bytes of a file; `path` is named in errors.
    public static func decode(_ bytes: Data, path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        let (header, dataStart) = try Safetensors.header(path: path, size: bytes.count) { place in
            bytes.subdata(in: bytes.startIndex + place.lowerBound..<bytes.startIndex + place.upperBound)
        }
        var tensors: [String: Tensor] = [:]
        bytes.withUnsafeBytes { file in
            for entry in header.entries {
                let place = UnsafeRawBufferPointer(rebasing: file[dataStart + entry.begin..<dataStart + entry.end])
                tensors[entry.name] = Tensor(shape: entry.shape) { entry.type.read(place, into: $0) }
            }
        }
        return (tensors, header.metadata)
    }

    /// The header of a file of `size` bytes, of which `read` gives some, and where the numbers begin.
    static func header(path: String, size: Int, read: (Range<Int>) -> Data) throws(SafetensorsError)
        -> (header: SafetensorsHeader, dataStart: Int)
    {
        func fail(_ cause: SafetensorsError.Cause) -> SafetensorsError { SafetensorsError(path: path, cause: cause) }
        guard size >= 8 else { throw fail(.truncated(expected: 8, found: size)) }
        let length = read(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= SafetensorsHeader.lengthLimit else { throw fail(.headerTooLong(length)) }
        let dataStart = 8 + Int(length)
        guard dataStart <= size else { throw fail(.truncated(expected: dataStart, found: size)) }
        do throws(SafetensorsHeaderProblem) {
            return (try SafetensorsHeader(json: read(8..<dataStart), dataLength: size - dataStart), dataStart)
        } catch {
            switch error {
            case .cause(let cause): throw fail(cause)
            case .truncatedData(let announced):
                let (expected, overflows) = announced.addingReportingOverflow(dataStart)
                throw fail(.truncated(expected: overflows ? .max : expected, found: size))
            }
        }
    }

    /// Writes tensors by name, sorted, so that the same tensors always give the same bytes. The file appears whole or
    /// not at all.
    ///
    /// - Parameter metadata: texts for the header's `__metadata__`.
    /// - Throws: `FileWriteError`.
    public static func write(
        _ tensors: [String: Tensor], to path: String, precision: Precision = .float32,
        metadata: [String: String] = [:]
    ) throws {
        let sorted = tensors.sorted { $0.key < $1.key }
        let size = precision == .float32 ? 4 : 2
        var fields: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
            fields.append("\"__metadata__\":{" + texts.joined(separator: ",") + "}")
        }
        var position = 0
        for (name, tensor) in sorted {
            let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
            let end = position + tensor.count * size
            fields.append(
                "\(jsonString(name)):{\"dtype\":\"\(precision.typeName)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(position),\(end)]}")
            position = end
        }
        var header = Array(("{" + fields.joined(separator: ",") + "}").utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        let prefix = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(header.count) >> (8 * UInt64($0))) }

        try AtomicFile.write(to: path) { sink in
            for part in [prefix, header] { try part.withUnsafeBytes { try sink.write($0) } }
            for (_, tensor) in sorted { try precision.write(tensor, to: sink) }
        }
    }
}

extension Safetensors.Precision {
    fileprivate var typeName: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        }
    }

    fileprivate func write(_ tensor: Tensor, to sink: AtomicFile.Sink) throws {
        let kind: HalfPrecision
        switch self {
        case .float32: return try tensor.withValues { try sink.write(UnsafeRawBufferPointer($0)) }
        case .float16: kind = .half
        case .bfloat16: kind = .bfloat16
        }
        let narrow = tensor.withValues(kind.narrow)
        try narrow.withUnsafeBytes { try sink.write($0) }
    }
}
