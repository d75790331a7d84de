import TensorCore

/// A stage of a network at work on one image.
protocol RowStage: AnyObject {
    /// Takes the next rows of its input, none where none are ready, and gives those of its result that no later row can
    /// change, a strip at most: behind the last row it is asked until all has been given.
    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip?
}

extension RowNetwork {
    /// The network at work on an image of some extent, which becomes that of the result.
    fileprivate func stage(_ extent: inout RowExtent) -> any RowStage {
        switch self {
        case .window(let window):
            defer { extent = extent.through(window) }
            return WindowStage(WindowRows(window, extent))
        case .chain(let parts): return ChainStage(parts.map { $0.stage(&extent) })
        case .residual(let inner, let scale): return ResidualStage(inner.stage(&extent), scale)
        case .sum(let network, let window):
            let rows = WindowRows(window, extent)
            return SumStage(network.stage(&extent), rows)
        }
    }
}

/// An image on its way through a network, strip by strip.
final class RowStream {
    private let stage: any RowStage
    private let height: Int
    private var given = 0

    /// - Parameter extent: of the image that comes; its strips hold so many rows but for the last.
    init(_ network: RowNetwork, _ extent: RowExtent) {
        var extent = extent
        stage = network.stage(&extent)
        height = extent.height
    }

    /// Whether the last row of the result has been given.
    var isFinished: Bool { given == height }

    /// Takes the next strip, nil behind the last, and gives the rows of the result that are ready.
    ///
    /// - Parameter check: called between the stages; what it throws ends the work.
    func push(_ rows: Tensor?, _ check: () throws -> Void) rethrows -> Tensor? {
        guard let result = try stage.push(rows.map { RowStrip($0, 0..<$0.shape[2]) }, check) else { return nil }
        given += result.count
        return result.image.slice(axis: 2, from: result.range.lowerBound, count: result.count)
    }
}

/// Rows that layers with a few rows' sight still need, and what becomes of them. Where the image is cut, rows around
/// the cut are computed again with the next strip; where it ends, the layers' own padding is what they would have had.
private struct WindowRows {
    let window: RowWindow
    /// Positions in all.
    let height: Int
    /// Positions in a strip.
    let strip: Int
    private var input = RowQueue()

    init(_ window: RowWindow, _ extent: RowExtent) {
        (self.window, height, strip) = (window, extent.height / window.taken, extent.strip / window.taken)
    }

    /// The position behind the last one whose result no later row can change.
    var known: Int {
        let end = input.end / window.taken
        return end == height ? height : end - window.reach
    }

    mutating func append(_ rows: RowStrip) { input.append(rows) }

    /// The result for some positions; what only they and earlier ones needed is forgotten.
    ///
    /// The first and last strips are shorter, in every stage by a different number of rows. So that there are only a
    /// few sizes of memory and of plans, they get rows of zeros behind a cut, whose results nobody sees.
    mutating func result(_ wanted: Range<Int>) -> RowStrip {
        let (reach, taken, given) = (window.reach, window.taken, window.given)
        let seen = max(wanted.lowerBound - reach, 0)..<min(wanted.upperBound + reach, height)
        let (isTop, isBottom) = (seen.lowerBound == 0, seen.upperBound == height)
        let step = max(strip / 8, 1)
        let usual = (wanted.count + step - 1) / step * step + 2 * reach
        let spare = isTop && isBottom ? 0 : max(usual - seen.count, 0)
        let (above, below) = isBottom ? (spare, 0) : (0, spare)
        let rows = input.rows(
            seen.lowerBound * taken..<seen.upperBound * taken, above: above * taken, below: below * taken)
        input.drop(before: (wanted.upperBound - reach) * taken)
        let first = above + wanted.lowerBound - seen.lowerBound
        return RowStrip(window.forward(rows), first * given..<(first + wanted.count) * given)
    }
}

private final class WindowStage: RowStage {
    private var input: WindowRows
    private var next = 0

    init(_ input: WindowRows) { self.input = input }

    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip? {
        if let rows { input.append(rows) }
        let end = min(input.known, next + input.strip)
        var results: [RowStrip] = []
        while next < end {
            try check()
            let stop = min(end, next + min(input.window.limit, input.strip))
            results.append(input.result(next..<stop))
            next = stop
        }
        guard results.count > 1 else { return results.first }
        let count = results.reduce(0) { $0 + $1.count }
        return RowStrip(RowStrip.stacked(results, from: 0, height: count), 0..<count)
    }
}

private final class ChainStage: RowStage {
    private let stages: [any RowStage]

    init(_ stages: [any RowStage]) { self.stages = stages }

    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip? {
        var rows = rows
        for stage in stages { rows = try stage.push(rows, check) }
        return rows
    }
}

/// What came in waits for what the inner stages make of it.
private final class ResidualStage: RowStage {
    private let inner: any RowStage
    private let scale: Float
    private var waiting = RowQueue()
    private var next = 0

    init(_ inner: any RowStage, _ scale: Float) { (self.inner, self.scale) = (inner, scale) }

    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip? {
        if let rows { waiting.append(rows) }
        guard let change = try inner.push(rows, check) else { return nil }
        let end = next + change.count
        let own = waiting.rows(
            next..<end, above: change.range.lowerBound, below: change.image.shape[2] - change.range.upperBound)
        next = end
        waiting.drop(before: end)
        return RowStrip(change.image.scaled(by: scale, plus: own), change.range)
    }
}

/// The rows that the short way needs wait until the long one has come so far.
private final class SumStage: RowStage {
    private let long: any RowStage
    private var short: WindowRows
    private var next = 0

    init(_ long: any RowStage, _ short: WindowRows) { (self.long, self.short) = (long, short) }

    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip? {
        if let rows { short.append(rows) }
        guard let sum = try long.push(rows, check) else { return nil }
        let own = short.result(next..<next + sum.count)
        next += sum.count
        let aligned = RowStrip.stacked([own], from: sum.range.lowerBound, height: sum.image.shape[2])
        return RowStrip(sum.image.scaled(by: 1, plus: aligned), sum.range)
    }
}
