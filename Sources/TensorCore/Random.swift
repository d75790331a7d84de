import Synchronization

/// A stream of random numbers that depend only on a seed, a stream number and a position (Philox4x32-10; Salmon et al.
/// 2011, "Parallel random numbers: as easy as 1, 2, 3").
///
/// A seed always gives the same numbers, whatever the batch size, the number of threads and the order of use. A
/// checkpoint needs only `position`.
///
/// A stream may belong to a part of a batch (``divided(_:)``). It then draws what the whole batch would draw, and returns
/// the rows of its part, so parts that are computed in different places have the numbers that one place would give them.
public final class Random: Sendable {
    /// The seed.
    public let seed: UInt64
    /// The number of the stream.
    public let stream: UInt64
    private let counter: Mutex<UInt64>
    /// The part of a batch that the numbers are for.
    private let share: Share

    /// - Parameters:
    ///   - seed: the seed; equal seeds give equal numbers.
    ///   - stream: streams of one seed are independent of each other.
    ///   - position: the position to start at.
    public convenience init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
        self.init(seed: seed, stream: stream, position: position, share: .whole)
    }

    private init(seed: UInt64, stream: UInt64, position: UInt64, share: Share) {
        (self.seed, self.stream, self.share) = (seed, stream, share)
        counter = Mutex(position)
    }

    /// The same stream from its present position on, for a part of a batch.
    package func divided(_ share: Share) -> Random {
        Random(seed: seed, stream: stream, position: position, share: share)
    }

    /// The same stream at another position, for the same part of a batch.
    package func moved(to position: UInt64) -> Random {
        Random(seed: seed, stream: stream, position: position, share: share)
    }

    /// Goes on where another use of the stream has ended.
    package func follow(_ other: Random) {
        let position = other.position
        counter.withLock { $0 = position }
    }

    /// Draws numbers that do not belong to single samples, so that all parts of a batch get the same.
    package func undivided<Numbers>(_ draw: (Random) -> Numbers) -> Numbers {
        guard share.count > 1 else { return draw(self) }
        let whole = Random(seed: seed, stream: stream, position: position)
        defer { follow(whole) }
        return draw(whole)
    }

    /// How many numbers have been drawn.
    public var position: UInt64 { counter.withLock { $0 } }

    /// Advances the position by `count` for each part and returns the position of this part. Positions are multiples of four, the width of a
    /// Philox block, so that two draws never share a block.
    private func advance(_ count: Int) -> RandomPosition {
        let offset = counter.withLock { position in
            defer { position += UInt64((count * share.count + 3) / 4 * 4) }
            return position
        }
        return RandomPosition(seed: seed, stream: stream, offset: offset + UInt64(count * share.index))
    }

    /// Standard normal numbers, by the Box–Muller transform.
    public func normal(_ shape: Shape, mean: Float = 0, deviation: Float = 1) -> Tensor {
        let backend = CurrentBackend.value
        let sample = backend.normal(shape, from: advance(shape.count))
        if mean == 0 && deviation == 1 { return sample }
        return backend.unary(.affine(scale: deviation, offset: mean), sample)
    }

    /// Uniform numbers in `range`, without its upper bound.
    public func uniform(_ shape: Shape, in range: Range<Float> = 0..<1) -> Tensor {
        let backend = CurrentBackend.value
        let sample = backend.uniform(shape, from: advance(shape.count))
        if range == 0..<1 { return sample }
        let scale = range.upperBound - range.lowerBound
        return backend.unary(.affine(scale: scale, offset: range.lowerBound), sample)
    }

    /// A tensor that `draw` fills from this position of the stream when its values are first needed.
    package func later(_ shape: Shape, _ draw: @escaping @Sendable (Random) -> Tensor) -> Tensor {
        let start = advance(shape.count)
        return .deferred(shape) { target in
            let random = Random(seed: start.seed, stream: start.stream, position: start.offset)
            draw(random).withValues { _ = target.update(from: $0) }
        }
    }

    /// Uniform integers in `range`.
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

/// The position of random numbers: number `i` depends only on seed, stream and `offset + i`.
package struct RandomPosition: Sendable, Hashable {
    package let seed: UInt64
    package let stream: UInt64
    package let offset: UInt64

    package init(seed: UInt64, stream: UInt64, offset: UInt64) {
        (self.seed, self.stream, self.offset) = (seed, stream, offset)
    }
}
