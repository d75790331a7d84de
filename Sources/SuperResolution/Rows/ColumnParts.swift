import TensorCore

/// Runs layers with a short horizontal reach and a large memory use on groups of columns in turn. This saves memory and
/// does not change the result.
struct ColumnParts: Sendable {
    /// The reach of the layers, in columns of the input.
    let reach: Int
    /// How many times larger the result is.
    let scale: Int
    /// Columns of a part.
    let length: Int
    /// Whether the columns repeat. The layers see no border then, because parts contain the columns beyond it.
    var wraps = false
    let forward: @Sendable (Tensor) -> Tensor

    /// Columns of a part whose result has about 256 columns.
    static func length(scale: Int) -> Int { max(256 / scale, 16) }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let width = x.shape[3]
        if wraps {
            let count = (width + length - 1) / length
            return .concatenated(
                (0..<count).map { index in
                    let own = index * width / count..<(index + 1) * width / count
                    let seen = own.lowerBound - reach..<own.upperBound + reach
                    return forward(x.gathering(Wrapping.positions(seen, length: width), axis: 3))
                        .slice(axis: 3, from: reach * scale, count: own.count * scale)
                }, axis: 3)
        }
        let parts = Self.parts(of: width, length, reach)
        guard parts.count > 1 else { return forward(x) }
        return .concatenated(
            parts.map { part in
                forward(x.slice(axis: 3, from: part.seen.lowerBound, count: part.seen.count))
                    .slice(axis: 3, from: part.kept.lowerBound * scale, count: part.kept.count * scale)
            }, axis: 3)
    }

    /// Divides an extent into equal parts of at most some length, each with its margin and the range that is kept.
    static func parts(of extent: Int, _ most: Int, _ reach: Int) -> [(seen: Range<Int>, kept: Range<Int>)] {
        guard extent > most + 2 * reach else { return [(0..<extent, 0..<extent)] }
        let count = (extent + most - 1) / most
        let length = (extent + count - 1) / count
        return (0..<count).map { index in
            let wanted = index * length..<min((index + 1) * length, extent)
            let start = min(max(wanted.lowerBound - reach, 0), extent - length - 2 * reach)
            let seen = start..<start + length + 2 * reach
            return (seen, wanted.lowerBound - start..<wanted.upperBound - start)
        }
    }
}
