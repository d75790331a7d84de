import Cluster

extension Division {
    /// The means of the figures of items, which the ranks measure together: each takes every n-th. The means are summed in
    /// the order of the items, so their bits do not depend on the number of ranks.
    ///
    /// - Parameters:
    ///   - items: the same on all ranks.
    ///   - measure: the figures of an item, by names that all items share.
    /// - Returns: the means on every rank that measured an item, such as the first; empty without items.
    /// - Throws: what happens here, or `ClusterError.refused` if another rank fails.
    package func means<Item>(
        over items: [Item], _ measure: (Item) throws -> [String: Double]
    ) throws -> [String: Double] {
        let (rank, count) = (communicator.rank, communicator.count)
        let own = try communicator.agree(
            on: Result { try stride(from: rank, to: items.count, by: count).map { try measure(items[$0]) } })
        guard let names = own.first?.keys.sorted(), !names.isEmpty else {
            _ = communicator.gather([])
            return [:]
        }
        let figures = inOrder(own.map { item in names.map { item[$0] ?? .nan } }, of: names.count)
        let sums = figures.reduce([Double](repeating: 0, count: names.count)) { zip($0, $1).map { $0 + $1 } }
        return Dictionary(uniqueKeysWithValues: zip(names, sums.map { $0 / Double(figures.count) }))
    }

    /// The rows of all items, from those of this rank.
    private func inOrder(_ own: [[Double]], of width: Int) -> [[Double]] {
        let ranks = communicator.gather(own.flatMap { $0 }.withUnsafeBytes { [UInt8]($0) }).map { bytes in
            bytes.withUnsafeBytes { [Double]($0.assumingMemoryBound(to: Double.self)) }
        }
        let turns = ranks[0].count / width
        return (0..<turns).flatMap { turn -> [[Double]] in
            let row = turn * width..<(turn + 1) * width
            return ranks.filter { $0.count >= row.upperBound }.map { Array($0[row]) }
        }
    }
}
