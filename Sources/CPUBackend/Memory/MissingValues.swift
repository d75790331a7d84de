import Glibc
import Memory
import TensorCore

// Operations cannot throw. One that gets no memory notes that in the current job (`MemoryJob`) and returns a tensor
// without values. Reading its pointer throws, so what is computed from it has no values either.

extension CPUBackend {
    /// The result of an operation, or a tensor of its shape without values if there was no memory for it.
    @inline(__always)
    func computed(_ shape: @autoclosure () -> Shape, _ layout: Layout = .plain, _ body: () throws -> Tensor) -> Tensor {
        do { return try body() } catch { return missing(shape(), layout, error) }
    }

    /// A tensor without values, in plain order.
    package func missing(_ shape: Shape, _ error: OutOfMemory) -> Tensor { missing(shape, .plain, error) }

    /// A tensor without values.
    @inline(never)
    package func missing(_ shape: Shape, _ layout: Layout, _ error: any Error) -> Tensor {
        note(error)
        return Tensor(shape: shape, storage: CPUStorage(missing: shape.count, layout: layout, backend: self))
    }

    /// Notes in the current job that memory ran out.
    @inline(never)
    func note(_ error: any Error) {
        guard let error = error as? OutOfMemory else { preconditionFailure("\(error)") }
        MemoryJob.note(error)
    }

    /// Provides zeros where there are no values. The job has failed; zeros only let it come to where it notices.
    @inline(never)
    func withZeros<Result>(
        _ count: Int, _ error: any Error, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        note(error)
        guard let zeros = calloc(max(count, 1), MemoryLayout<Float>.stride) else {
            preconditionFailure("the values of a tensor without values were read: \(error)")
        }
        defer { free(zeros) }
        return try body(UnsafeBufferPointer(start: zeros.assumingMemoryBound(to: Float.self), count: count))
    }

    /// Turns the status of a kernel into an error.
    @inline(__always)
    func check(_ status: Int32) throws(OutOfMemory) {
        if status != 0 { throw .last }
    }
}
