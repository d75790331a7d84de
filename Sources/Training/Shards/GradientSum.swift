import Cluster
import TensorCore

/// The mean of the gradients of all shards of a batch. What the last shard of this rank completes travels to the other
/// ranks in buckets, while the rest is still being computed.
struct GradientSum {
    private let division: Division
    private var own = PairwiseSum<[Tensor?]> { zip($0, $1).map { Self.sum($0, $1) } }
    /// Gradients of one rank, ready; those of several lie in the buckets.
    private var means: [Tensor?]
    private var buckets: [GradientBucket] = []
    private var isComplete: [Bool]

    /// - Parameter count: of gradients.
    init(_ division: Division, count: Int) {
        self.division = division
        means = [Tensor?](repeating: nil, count: count)
        isComplete = [Bool](repeating: false, count: count)
    }

    /// Adds the gradients of a shard. The loss is consumed, so its history is released while it is walked.
    ///
    /// - Parameters:
    ///   - parameters: what the gradients belong to.
    ///   - opening: the gradients of what the loss lacks; nil if it is whole.
    ///   - isLast: whether it is the last shard of this rank.
    mutating func add(
        gradientsOf loss: consuming Tensor, at parameters: [Tensor], after opening: [Tensor?]?, isLast: Bool
    ) {
        guard isLast else {
            own.add(Self.sum(opening, gradients(of: loss, at: parameters)))
            return
        }
        let open = own.open
        func total(_ number: Int, _ gradient: Tensor?) -> Tensor? {
            open.reduce(Self.sum(opening?[number], gradient)) { Self.sum($1[number], $0) }
        }
        gradients(of: loss, at: parameters) { number, gradient in
            complete(number, total(number, gradient) ?? gradient)
        }
        // What only earlier shards, or the opening, depend on.
        for number in parameters.indices where !isComplete[number] {
            if let rest = total(number, nil) { complete(number, rest) }
        }
        buckets.last?.send()
    }

    /// The gradients of a loss whose opening was differentiated on its own.
    private static func sum(_ opening: [Tensor?]?, _ rest: [Tensor?]) -> [Tensor?] {
        opening.map { zip($0, rest).map { sum($0, $1) } } ?? rest
    }

    private static func sum(_ first: Tensor?, _ second: Tensor?) -> Tensor? {
        guard let first, let second else { return first ?? second }
        return first + second
    }

    private mutating func complete(_ number: Int, _ gradient: Tensor) {
        isComplete[number] = true
        guard division.communicator.count > 1 else {
            means[number] = gradient.withValues { Self.mean(of: $0, gradient.shape, division) }
            return
        }
        if buckets.last?.hasRoom(for: gradient.count) != true {
            buckets.last?.send()
            buckets.append(GradientBucket(atLeast: gradient.count, division))
        }
        buckets.last?.put(gradient, number)
        if buckets.last?.isFull == true { buckets.last?.send() }
        division.communicator.advance()
    }

    /// Waits for what the other ranks send.
    ///
    /// - Parameter body: receives means as they arrive, and nil for those that arrive at another time.
    func receive(_ body: (_ means: [Tensor?]) -> Void) {
        guard !buckets.isEmpty else { return body(means) }
        for bucket in buckets {
            var arrived = means
            bucket.receive { arrived[$0] = Self.mean(of: $2, $1, division) }
            body(arrived)
        }
    }

    private static func mean(
        of values: UnsafeBufferPointer<Float>, _ shape: Shape, _ division: Division
    ) -> Tensor {
        let scale = 1 / Float(division.shards)
        return Tensor(shape: shape) { target in
            for index in values.indices { target[index] = values[index] * scale }
        }
    }
}

/// Gradients that travel together.
final class GradientBucket {
    /// Numbers in a bucket, unless one gradient has more, and in one sum: enough that waiting for each does not count, few
    /// enough that most are on their way before the last is complete, and that libraries keep the memory for a sum.
    static let usualSize = 1 << 20

    private let division: Division
    private let numbers: UnsafeMutableBufferPointer<Float>
    private var contents: [(number: Int, shape: Shape, start: Int)] = []
    private var used = 0
    private var sums: [any PendingSum] = []

    init(atLeast size: Int, _ division: Division) {
        self.division = division
        numbers = division.bucketMemory.take(max(size, Self.usualSize) + division.communicator.count)
    }

    deinit { division.bucketMemory.giveBack(numbers) }

    /// Whether there is enough in it to be sent.
    var isFull: Bool { used >= Self.usualSize / 2 }

    func hasRoom(for count: Int) -> Bool {
        sums.isEmpty && used + count + division.communicator.count <= numbers.count
    }

    func put(_ gradient: Tensor, _ number: Int) {
        gradient.withValues { _ = numbers[used...].update(fromContentsOf: $0) }
        contents.append((number, gradient.shape, used))
        used += gradient.count
    }

    /// Begins the sums, whose shares are equally large.
    func send() {
        guard sums.isEmpty else { return }
        let ranks = division.communicator.count
        let (part, end) = (Self.usualSize / ranks * ranks, (used + ranks - 1) / ranks * ranks)
        numbers[used..<end].update(repeating: 0)
        sums = stride(from: 0, to: end, by: part).map { start in
            let numbers = UnsafeMutableBufferPointer(rebasing: numbers[start..<min(start + part, end)])
            return division.communicator.beginSum(of: numbers, division.sums)
        }
    }

    /// Waits for the sums, and tells each.
    func receive(_ body: (_ number: Int, _ shape: Shape, _ values: UnsafeBufferPointer<Float>) -> Void) {
        for sum in sums { sum.finish() }
        for (number, shape, start) in contents {
            body(number, shape, UnsafeBufferPointer(rebasing: numbers[start..<start + shape.count]))
        }
    }
}
