import Synchronization

/// A stream of random numbers that depend on a seed, a stream number and a position only (Philox4x32-10; Salmon et
/// al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
///
/// The same seed gives the same numbers whatever the batch size, the number of threads or the order in which streams
/// are used; a checkpoint needs to keep only `position`.
public final class Random: Sendable {
    /// What the numbers start from.
    public let seed: UInt64
    /// Which of the seed's streams this is.
    public let stream: UInt64
    private let counter: Mutex<UInt64>

    /// - Parameters:
    ///   - stream: streams of one seed are independent of each other.
    ///   - position: where in the stream to start.
    public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
        counter = Mutex(position)
    }

    /// How many numbers have been drawn.
    public var position: UInt64 { counter.withLock { $0 } }

    /// Moves the position on by `count` and returns where it was. Positions are multiples of four, the width of one
    /// Philox block, so that a normal draw never shares a block with its neighbor.
    private func advance(_ count: Int) -> RandomPosition {
        let offset = counter.withLock { position in
            defer { position += UInt64((count + 3) / 4 * 4) }
            return position
        }
        return RandomPosition(seed: seed, stream: stream, offset: offset)
    }

    /// Standard normal numbers, by the Box–Muller transform.
    public func normal(_ shape: Shape, mean: Float = 0, deviation: Float = 1) -> Tensor {
        let backend = CurrentBackend.value
        let sample = backend.normal(shape, from: advance(shape.count))
        if mean == 0 && deviation == 1 { return sample }
        return backend.unary(.affine(scale: deviation, offset: mean), sample)
    }

    /// Numbers spread evenly over `range`, its upper bound excluded.
    public func uniform(_ shape: Shape, in range: Range<Float> = 0..<1) -> Tensor {
        let backend = CurrentBackend.value
        let sample = backend.uniform(shape, from: advance(shape.count))
        if range == 0..<1 { return sample }
        let scale = range.upperBound - range.lowerBound
        return backend.unary(.affine(scale: scale, offset: range.lowerBound), sample)
    }

    /// What `draw` makes of a stream that goes on from here, as many numbers as the shape has, drawn when they are first
    /// needed.
    package func later(_ shape: Shape, _ draw: @escaping @Sendable (Random) -> Tensor) -> Tensor {
        let start = advance(shape.count)
        return .deferred(shape) { target in
            let random = Random(seed: start.seed, stream: start.stream, position: start.offset)
            draw(random).withValues { _ = target.update(from: $0) }
        }
    }

    /// Integers spread evenly over `range`.
    public func integers(_ count: Int, in range: Range<Int>) -> [Int] {
        precondition(!range.isEmpty, "integers: empty range")
        guard count > 0 else { return [] }
        let bits = CurrentBackend.value.randomBits(count * 2, from: advance(count * 2))
        return (0..<count).map { i in
            let word = UInt64(bits[2 * i]) << 32 | UInt64(bits[2 * i + 1])
            return range.lowerBound + Int(word.multipliedFullWidth(by: UInt64(range.count)).high)
        }
    }

    /// The numbers 0 ..< count in random order.
    public func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        guard count > 1 else { return order }
        let draws = integers(count, in: 0..<Int(Int32.max))
        for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, draws[i] % (i + 1)) }
        return order
    }
}

/// Where random numbers start: number `i` depends on seed, stream and `offset + i` only.
package struct RandomPosition: Sendable, Hashable {
    package let seed: UInt64
    package let stream: UInt64
    package let offset: UInt64

    package init(seed: UInt64, stream: UInt64, offset: UInt64) {
        (self.seed, self.stream, self.offset) = (seed, stream, offset)
    }
}
