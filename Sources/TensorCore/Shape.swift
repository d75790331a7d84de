/// The extents of a tensor along each axis, outermost first. Images are `[N, C, H, W]`.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extents, outermost first.
    public let dimensions: [Int]
    /// The number of elements; 1 for a scalar.
    public let count: Int

    /// The extents given, none of them negative.
    public init(_ dimensions: [Int]) {
        precondition(dimensions.allSatisfy { $0 >= 0 }, "shape: negative extent in \(dimensions)")
        self.dimensions = dimensions
        count = dimensions.reduce(1, *)
    }

    /// The extents given.
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The number of axes; 0 for a scalar.
    @inlinable public var rank: Int { dimensions.count }

    /// The extent of an axis; negative axes count from the end.
    @inlinable public subscript(axis: Int) -> Int { dimensions[axis < 0 ? axis + rank : axis] }

    /// The extents in brackets: `[16, 3, 64, 64]`.
    public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

    /// Element strides of the row-major order.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }

    /// The axis as an index from the front.
    package func normalized(_ axis: Int) -> Int {
        let index = axis < 0 ? axis + rank : axis
        precondition(index >= 0 && index < rank, "axis \(axis) is out of range for shape \(self)")
        return index
    }

    /// The shape with one extent replaced.
    package func replacing(_ axis: Int, with extent: Int) -> Shape {
        var result = dimensions
        result[normalized(axis)] = extent
        return Shape(result)
    }

    /// The broadcast shape of two operands, by NumPy's rule: axes are matched from the end, and an extent of 1 (or a
    /// missing axis) repeats. Nil if they do not fit.
    package func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        let rank = max(rank, other.rank)
        var result = [Int](repeating: 1, count: rank)
        for offset in 1...max(rank, 1) where rank > 0 {
            let a = offset <= self.rank ? dimensions[self.rank - offset] : 1
            let b = offset <= other.rank ? other.dimensions[other.rank - offset] : 1
            guard a == b || a == 1 || b == 1 else { return nil }
            result[rank - offset] = a == 1 ? b : a
        }
        return Shape(result)
    }
}
