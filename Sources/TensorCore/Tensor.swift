/// An immutable array of float32 values with a shape. If gradients are needed, it also holds the record of how it was
/// computed.
///
/// Tensors are values: they can be passed between tasks and kept as long as needed. Operations are written as methods
/// and operators and follow the broadcasting rule of NumPy.
///
///     let x = Tensor([1, 2, 3], shape: [3]).requiringGradient()
///     let loss = (x * x).sum()
///     let gradient = gradients(of: loss, at: [x])[0]      // 2, 4, 6
public struct Tensor: Sendable {
    /// The logical extents; images are `[N, C, H, W]` whatever their order in memory.
    public let shape: Shape
    package let storage: any Storage
    package let node: Node?

    package init(shape: Shape, storage: any Storage, node: Node? = nil) {
        self.shape = shape
        self.storage = storage
        self.node = node
    }

    /// A tensor of the given values in row-major order.
    public init(_ values: [Float], shape: Shape) {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        self.init(shape: shape) { buffer in
            _ = buffer.update(from: values)
        }
    }

    /// A scalar, of shape `[]`.
    public init(_ value: Float) { self.init([value], shape: []) }

    /// A tensor whose values are written by a closure, in row-major order.
    public init(shape: Shape, writing: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        self = try CurrentBackend.value.tensor(shape, writing: writing)
    }

    /// A tensor with one value everywhere.
    public static func full(_ shape: Shape, _ value: Float) -> Tensor { CurrentBackend.value.full(shape, value) }
    /// A tensor with one value everywhere, on this tensor's backend.
    package func full(_ shape: Shape, _ value: Float) -> Tensor { backend.full(shape, value) }

    /// A tensor whose values a closure writes in row-major order when they are first needed. The closure may run more
    /// than once, or never.
    package static func deferred(
        _ shape: Shape, writing write: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) -> Tensor {
        CurrentBackend.value.deferred(shape, writing: write)
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape) -> Tensor { full(shape, 0) }
    /// A tensor of ones.
    public static func ones(_ shape: Shape) -> Tensor { full(shape, 1) }

    /// The number of axes.
    public var rank: Int { shape.rank }
    /// The number of elements.
    public var count: Int { shape.count }

    /// The values in row-major order.
    public var values: [Float] { withValues { [Float]($0) } }

    /// Reads the values in row-major order, without a copy if they already have that order.
    public func withValues<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        try backend.withValues(of: self, body)
    }

    /// The only value of a tensor of one element.
    public var item: Float {
        precondition(count == 1, "item: shape \(shape) has \(count) elements")
        return withValues { $0[0] }
    }

    /// The same values in row-major order, so that repeated reading needs no copy.
    package var rowMajor: Tensor { backend.rowMajor(self) }

    /// The same values without their history: gradients stop here.
    public var detached: Tensor { Tensor(shape: shape, storage: storage) }

    /// The same values as the start of a new history, with respect to which gradients can be computed.
    public func requiringGradient() -> Tensor {
        Tensor(shape: shape, storage: storage, node: Node(leaf: .leaf))
    }

    /// Whether gradients can flow into this tensor.
    public var isRecorded: Bool { node != nil }
}

extension Tensor: CustomStringConvertible {
    /// The shape and the first sixteen values.
    public var description: String {
        let shown = values.prefix(16).map { "\($0)" }.joined(separator: ", ")
        return "Tensor\(shape)(\(shown)\(count > 16 ? ", …" : ""))"
    }
}
