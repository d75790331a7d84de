import Files
import Foundation
import Memory
import TensorCore

extension Safetensors {
    /// The tensors of a file; their numbers are read when they are first needed. A plan reads a weight once and keeps
    /// only its packed form, so large networks need half of the memory that `read` would take.
    ///
    /// The file stays open while tensors need it. Replacing the file has no effect. If the file is truncated in the
    /// meantime, the missing numbers are NaN.
    ///
    /// - Throws: `SafetensorsError`, as `read` does.
    package static func open(_ path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        let file: InputFile
        do { file = try InputFile(path, .regular) } catch {
            throw SafetensorsError(path: path, cause: .unreadable(error.reason))
        }
        let header = try SafetensorsHeader(path: path, size: file.size) { place throws(SafetensorsError) in
            do { return Data(try file.bytes(at: place.lowerBound, count: place.count)) } catch {
                if let cause = OutOfMemory.cause(of: error) {
                    throw SafetensorsError(path: path, cause: .outOfMemory(cause))
                }
                // If the file was truncated in the meantime, its header cannot be parsed.
                return Data()
            }
        }
        var tensors: [String: Tensor] = [:]
        for entry in header.entries {
            let (shape, start) = (Shape(entry.extents), entry.bytes.lowerBound)
            let read: @Sendable (UnsafeMutableBufferPointer<Float>) -> Void = {
                file.read(entry.type, at: start, into: $0)
            }
            tensors[entry.name] =
                shape.count < smallTensor ? Tensor(shape: shape, writing: read) : .deferred(shape, writing: read)
        }
        return (tensors, header.metadata)
    }

    /// Fewer numbers than this are read at once.
    private static let smallTensor = 4096
}

extension InputFile {
    /// Reads numbers from a byte on, to fill the target; NaN if some are missing.
    fileprivate func read(_ type: NumberType, at start: Int, into target: UnsafeMutableBufferPointer<Float>) {
        if type == .float32 {
            if !fill(UnsafeMutableRawBufferPointer(target), from: start) { target.update(repeating: .nan) }
            return
        }
        let part = 1 << 16
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: part * type.size, alignment: 16)
        defer { block.deallocate() }
        for first in stride(from: 0, to: target.count, by: part) {
            let numbers = UnsafeMutableBufferPointer(rebasing: target[first..<min(first + part, target.count)])
            let bytes = UnsafeMutableRawBufferPointer(rebasing: block[..<(numbers.count * type.size)])
            if fill(bytes, from: start + first * type.size) {
                type.read(UnsafeRawBufferPointer(bytes), into: numbers)
            } else {
                numbers.update(repeating: .nan)
            }
        }
    }

    /// Whether all bytes were there.
    private func fill(_ target: UnsafeMutableRawBufferPointer, from start: Int) -> Bool {
        (try? read(at: start, into: target)) == target.count
    }
}
