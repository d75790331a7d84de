import TensorCore

/// A backend in double precision, every method in the plainest way: what another backend is compared with, and what
/// shows a reader what each method means.
///
///     ReferenceBackend.shared.run { (Tensor([1, 2], shape: [2]) * 3).values }
package final class ReferenceBackend: Backend {
    package static let shared = ReferenceBackend()

    /// Runs a closure in which tensors made from nothing are this backend's, as is all that is computed from them.
    package func run<Result>(_ body: () throws -> Result) rethrows -> Result { try CurrentBackend.with(self, body) }

    package func joined(with other: any Backend) -> (any Backend)? { nil }

    func tensor(_ array: ReferenceArray) -> Tensor {
        Tensor(shape: Shape(array.shape), storage: ReferenceStorage(self, array.values))
    }

    package func full(_ shape: Shape, _ value: Float) -> Tensor {
        tensor(ReferenceArray(shape: shape.dimensions) { _ in Double(value) })
    }

    package func tensor(
        _ shape: Shape, writing: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) rethrows -> Tensor {
        var values = [Float](repeating: 0, count: shape.count)
        try values.withUnsafeMutableBufferPointer { try writing($0) }
        return tensor(ReferenceArray(shape: shape.dimensions, values: values.map(Double.init)))
    }

    /// Nothing waits.
    package func deferred(
        _ shape: Shape, writing: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) -> Tensor {
        do { return try tensor(shape, writing: writing) } catch { preconditionFailure("\(error)") }
    }

    package func withValues<Result>(
        of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        try x.reference.values.map(Float.init).withUnsafeBufferPointer(body)
    }

    package func rowMajor(_ x: Tensor) -> Tensor { x }
}

/// Doubles in row-major order.
private final class ReferenceStorage: Storage {
    let owner: ReferenceBackend
    let values: [Double]
    let identity = StorageIdentity.next()
    let version: UInt64 = 0

    init(_ owner: ReferenceBackend, _ values: [Double]) { (self.owner, self.values) = (owner, values) }

    var backend: any Backend { owner }
    var count: Int { values.count }
}

extension Tensor {
    /// The values of a tensor of the reference backend, as exact as they are.
    package var reference: ReferenceArray {
        guard let storage = storage as? ReferenceStorage else { preconditionFailure("a tensor of another backend") }
        return ReferenceArray(shape: shape.dimensions, values: storage.values)
    }
}
