import Cluster
import TensorCore

/// The mean of the gradients of all shards of a batch. What the last shard of this rank completes travels to the other
/// ranks in buckets, while the rest is still being computed.
struct GradientSum {
    /// Gradients with less than a fiftieth of all numbers wait for the others: those of layers that see many positions take
    /// long to compute, and little time to travel.
    private static let smallPart = 50

    private let division: Division
    private var own = PairwiseSum<[Tensor?]> { zip($0, $1).map { Self.sum($0, $1) } }
    /// Of one rank, ready; those of several are on their way.
    private var means: [Tensor?]
    private var sent: [GradientBucket] = []
    private var open: GradientBucket?
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
        let earlier = (opening.map { [$0] } ?? []) + own.open
        let numbers = parameters.map(\.count).reduce(0, +)
        gradients(of: loss, at: parameters) {
            parameters[$0].count < numbers / Self.smallPart
        } whenComplete: { number, gradient in
            complete(number, Self.sum(consume gradient, earlier.compactMap { $0[number] }))
        }
        // What only earlier shards, or the opening, depend on.
        for number in parameters.indices where !isComplete[number] {
            let rest = earlier.compactMap { $0[number] }
            if let first = rest.first { complete(number, Self.sum(first, Array(rest.dropFirst()))) }
        }
        sendOpen()
    }

    private static func sum(_ gradient: consuming Tensor, _ others: [Tensor]) -> Tensor {
        for other in others { gradient = other + gradient }
        return gradient
    }

    /// The gradients of a loss whose opening was differentiated on its own.
    private static func sum(_ opening: [Tensor?]?, _ rest: [Tensor?]) -> [Tensor?] {
        opening.map { zip($0, rest).map { sum($0, $1) } } ?? rest
    }

    private static func sum(_ first: Tensor?, _ second: Tensor?) -> Tensor? {
        guard let first, let second else { return first ?? second }
        return first + second
    }

    private mutating func complete(_ number: Int, _ gradient: consuming Tensor) {
        isComplete[number] = true
        guard division.communicator.count > 1 else {
            means[number] = gradient.scaled(by: division.scale)
            return
        }
        if GradientBucket.wouldFill(gradient.count) {
            sent.append(GradientBucket(of: consume gradient, number, division))
        } else {
            if open?.hasRoom(for: gradient.count) != true {
                sendOpen()
                open = GradientBucket(division)
            }
            open?.put(gradient, number)
            if open?.isFull == true { sendOpen() }
        }
        division.communicator.advance()
    }

    private mutating func sendOpen() {
        guard let bucket = open.take() else { return }
        bucket.send()
        sent.append(bucket)
    }

    /// Waits for what the other ranks send.
    ///
    /// - Parameter body: receives means as they arrive, and nil for those that arrive at another time.
    func receive(_ body: (_ means: [Tensor?]) -> Void) {
        guard !sent.isEmpty else { return body(means) }
        for bucket in sent {
            var arrived = means
            bucket.receive { arrived[$0] = $1 }
            body(arrived)
        }
    }
}
