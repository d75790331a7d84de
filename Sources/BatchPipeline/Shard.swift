import Cluster

/// One of several equal shares of the work.
public struct Shard: Sendable, Hashable {
    /// Which share, counted from 0.
    public let index: Int
    /// How many shares there are.
    public let count: Int

    /// Everything.
    public static let all = Shard(index: 0, count: 1)

    /// - Parameters:
    ///   - index: from 0 to `count - 1`.
    ///   - count: the number of shares.
    public init(index: Int, count: Int) {
        precondition(count > 0 && (0..<count).contains(index), "Shard: \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// Parses `3/16`, the third of sixteen; nil if the text has another form.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1], number >= 1, number <= count,
            count <= 1 << 20
        else { return nil }
        self.init(index: number - 1, count: count)
    }

    /// A share of this share: a job array may start Open MPI in each of its jobs.
    public func divided(into inner: Shard) -> Shard {
        Shard(index: index * inner.count + inner.index, count: count * inner.count)
    }

    /// The number of the share of each item. Large items are assigned first, each to the share with the smallest total.
    ///
    /// The result depends only on the weights and their order, so all ranks agree without communication.
    package static func shares(of weights: [Int], count: Int) -> [Int] {
        guard count > 1 else { return [Int](repeating: 0, count: weights.count) }
        var shares = [Int](repeating: 0, count: weights.count)
        var heap = (0..<count).map { Load(bytes: 0, share: $0) }
        for item in weights.indices.sorted(by: { (weights[$1], $0) < (weights[$0], $1) }) {
            shares[item] = heap[0].share
            // Even an empty file takes some time.
            heap[0].bytes += max(weights[item], 0) + 4096
            Load.sinkFirst(in: &heap)
        }
        return shares
    }
}

/// The total of a share, in a heap with the smallest total first.
private struct Load: Comparable {
    var bytes: Int
    let share: Int

    static func < (a: Load, b: Load) -> Bool { (a.bytes, a.share) < (b.bytes, b.share) }

    static func sinkFirst(in heap: inout [Load]) {
        var position = 0
        while true {
            var least = position
            for child in [2 * position + 1, 2 * position + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == position { return }
            heap.swapAt(position, least)
            position = least
        }
    }
}

extension Rank {
    /// The share of the work that this process takes.
    public var shard: Shard { Shard(index: index, count: count) }
}
