import Files
import Foundation
import Memory
import TensorCore

/// Tensors in the file format of Hugging Face: eight bytes of header length, a JSON header, raw numbers.
/// https://github.com/huggingface/safetensors
public enum Safetensors {
    /// The precision of numbers in a file.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// Bits of a number: 32, 16 (IEEE half) or 16 (bfloat16: the range of float32, 8 bits of precision).
        case float32, float16, bfloat16
    }

    /// Reads every tensor of a file. Numbers of the types F32, F16, BF16, F64, I64, I32, I16, I8,
    /// U8 and BOOL become float32.
    ///
    /// - Throws: `SafetensorsError`; a damaged or hostile file causes nothing worse.
    public static func read(_ path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        do {
            let bytes = try InputFile(path, .regular).readAll(limit: .max)
            return try bytes.withUnsafeBytes { try decode($0, path: path) }
        } catch let error as SafetensorsError {
            throw error
        } catch {
            if let cause = OutOfMemory.cause(of: error) {
                throw SafetensorsError(path: path, cause: .outOfMemory(cause))
            }
            throw SafetensorsError(path: path, cause: .unreadable((error as? FileReadError)?.reason ?? "\(error)"))
        }
    }

    /// Reads the bytes of a file; errors contain `path`.
    public static func decode(_ bytes: Data, path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        try bytes.withUnsafeBytes { bytes in Result { () throws(SafetensorsError) in try decode(bytes, path: path) } }
            .get()
    }

    /// Reads the bytes of a file; errors contain `path`.
    package static func decode(_ bytes: UnsafeRawBufferPointer, path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        let header = try SafetensorsHeader(path: path, size: bytes.count) { Data(bytes[$0]) }
        var tensors: [String: Tensor] = [:]
        for entry in header.entries {
            tensors[entry.name] = Tensor(shape: Shape(entry.extents)) {
                entry.type.read(UnsafeRawBufferPointer(rebasing: bytes[entry.bytes]), into: $0)
            }
        }
        return (tensors, header.metadata)
    }

    /// Writes tensors by name, sorted, so that the same tensors always give the same bytes. The file is written
    /// completely or not at all.
    ///
    /// - Parameters:
    ///   - tensors: the tensors by name.
    ///   - path: the file.
    ///   - precision: the type of the stored numbers.
    ///   - metadata: strings for the header's `__metadata__`.
    /// - Throws: `FileWriteError`; `OutOfMemory` if there is none for the values.
    public static func write(
        _ tensors: [String: Tensor], to path: String, precision: Precision = .float32,
        metadata: [String: String] = [:]
    ) throws {
        let sorted = tensors.sorted { $0.key < $1.key }
        let opening = SafetensorsHeader.opening(
            of: sorted.map { ($0.key, $0.value.shape.dimensions) }, type: precision.type, metadata: metadata)
        try AtomicFile.write(to: path) { file in
            try opening.withUnsafeBytes { try file.write($0) }
            for (_, tensor) in sorted {
                try precision.write(tensor, to: file)
                try MemoryJob.check()
            }
        }
    }
}

extension Safetensors.Precision {
    fileprivate var type: NumberType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }

    fileprivate func write(_ tensor: Tensor, to file: AtomicFile) throws {
        let kind: HalfPrecision
        switch self {
        case .float32: return try tensor.withValues { try file.write(UnsafeRawBufferPointer($0)) }
        case .float16: kind = .half
        case .bfloat16: kind = .bfloat16
        }
        let most = 1 << 16
        try tensor.withValues { values in
            for start in stride(from: 0, to: values.count, by: most) {
                let part = UnsafeBufferPointer(rebasing: values[start..<min(start + most, values.count)])
                try kind.narrow(part).withUnsafeBytes { try file.write($0) }
            }
        }
    }
}
