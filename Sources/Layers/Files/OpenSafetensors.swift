import Files
import Foundation
import TensorCore

extension Safetensors {
    /// The tensors of a file whose numbers are read when they are first needed. A plan that packs a weight reads it once
    /// and keeps the packed form only: large networks take half of the memory that `read` would have them take.
    ///
    /// The file stays open for as long as tensors need it; another one of its name, moved to its place, changes nothing.
    /// Numbers of a file that is cut off meanwhile are NaN.
    ///
    /// - Throws: `SafetensorsError`, as `read` does.
    public static func open(_ path: String) throws(SafetensorsError)
        -> (tensors: [String: Tensor], metadata: [String: String])
    {
        let file: InputFile
        do { file = try InputFile(path, .regular) } catch {
            throw SafetensorsError(path: path, cause: .unreadable(error.reason))
        }
        let header = try SafetensorsHeader(path: path, size: file.size) { place in
            // A file that was cut off meanwhile has a header that cannot be understood.
            Data((try? file.bytes(at: place.lowerBound, count: place.count)) ?? [])
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
    /// Numbers that begin at a byte, as many as the target holds; NaN when not all of them are there any more.
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
