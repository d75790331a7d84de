/// One of several parts of a batch, which all have the same size.
package struct Share: Sendable, Hashable {
    /// Which part, from 0.
    package let index: Int
    /// How many parts there are.
    package let count: Int

    /// All of it.
    package static let whole = Share(index: 0, count: 1)

    package init(index: Int, count: Int) {
        precondition(count > 0 && (0..<count).contains(index), "Share: \(index) of \(count)")
        (self.index, self.count) = (index, count)
    }

    /// The places of this part in a batch.
    ///
    /// - Parameter total: the size of the batch, a multiple of ``count``.
    package func range(of total: Int) -> Range<Int> {
        precondition(total % count == 0, "Share: \(total) in \(count) parts")
        let size = total / count
        return index * size..<(index + 1) * size
    }
}

extension Tensor {
    /// The rows of a part.
    package func part(_ share: Share) -> Tensor {
        guard share.count > 1 else { return self }
        let range = share.range(of: shape[0])
        return slice(axis: 0, from: range.lowerBound, count: range.count)
    }
}
