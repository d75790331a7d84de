import Foundation
import Glibc
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
        let file = try OpenFile(path: path)
        let (header, dataStart) = try Safetensors.header(path: path, size: file.size) { file.bytes($0) }
        var tensors: [String: Tensor] = [:]
        for entry in header.entries {
            let start = dataStart + entry.begin
            let read: @Sendable (UnsafeMutableBufferPointer<Float>) -> Void = {
                file.read(entry.type, at: start, into: $0)
            }
            tensors[entry.name] =
                entry.shape.count < smallTensor
                ? Tensor(shape: entry.shape, writing: read) : .deferred(entry.shape, writing: read)
        }
        return (tensors, header.metadata)
    }

    /// Fewer numbers than this are read at once.
    private static let smallTensor = 4096
}

/// A file that is open for reading.
private final class OpenFile: Sendable {
    let size: Int
    private let descriptor: Int32

    init(path: String) throws(SafetensorsError) {
        func fail(_ reason: String) -> SafetensorsError { SafetensorsError(path: path, cause: .unreadable(reason)) }
        // A pipe without a writer would keep a blocking open waiting.
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw fail(errno == ENOENT ? "no such file" : "not allowed") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw fail("it is not a file")
        }
        size = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    /// The bytes of a range; zeros for those that are not there any more.
    func bytes(_ range: Range<Int>) -> Data {
        var data = Data(count: range.count)
        data.withUnsafeMutableBytes { _ = fill($0, from: range.lowerBound) }
        return data
    }

    /// Numbers that begin at a byte, as many as the target holds.
    func read(_ type: NumberType, at start: Int, into target: UnsafeMutableBufferPointer<Float>) {
        if type == .float32 {
            let complete = fill(UnsafeMutableRawBufferPointer(target), from: start)
            if !complete { target.update(repeating: .nan) }
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
        var done = 0
        while done < target.count, let base = target.baseAddress {
            let count = pread(descriptor, base + done, target.count - done, off_t(start + done))
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }
}
