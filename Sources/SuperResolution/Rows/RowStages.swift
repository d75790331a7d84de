import TensorCore

/// One stage of a network, processing one image.
protocol RowStage: AnyObject {
    /// Takes the next rows of its input, if any, and returns the rows of its result that no later row can change, at
    /// most one strip. After the last row, it is called until it has returned everything.
    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip?
}

extension RowNetwork {
    /// Starts the network on an image of some size; changes `extent` to the size of the result.
    fileprivate func stage(_ extent: inout RowExtent) -> any RowStage {
        switch self {
        case .window(let window):
            defer { extent = extent.through(window) }
            return WindowStage(WindowRows(window, extent, delay: window.reach))
        case .chain(let parts): return ChainStage(parts.map { $0.stage(&extent) })
        case .residual(let inner, let scale):
            let (height, delay) = (extent.height, extent.wraps ? inner.delay : 0)
            return ResidualStage(inner.stage(&extent), scale, RowQueue(length: height, repeating: delay), from: delay)
        case .sum(let network, let window):
            let rows = WindowRows(window, extent, delay: network.delay)
            return SumStage(network.stage(&extent), rows)
        }
    }
}

/// Sends an image through a network strip by strip.
final class RowStream {
    private let stage: any RowStage
    private let height: Int
    private var given = 0

    /// - Parameter extent: the size of the image and of its strips; the last strip may be smaller.
    init(_ network: RowNetwork, _ extent: RowExtent) {
        var extent = extent
        stage = network.stage(&extent)
        height = extent.height
    }

    /// Whether the last row of the result was returned.
    var isFinished: Bool { given == height }

    /// Takes the next strip, nil after the last, and returns the rows of the result that are ready.
    ///
    /// - Parameter check: called between the stages; if it throws, the work ends.
    func push(_ rows: Tensor?, _ check: () throws -> Void) rethrows -> Tensor? {
        guard let result = try stage.push(rows.map { RowStrip($0, 0..<$0.shape[2]) }, check) else { return nil }
        given += result.count
        return result.image.slice(axis: 2, from: result.range.lowerBound, count: result.count)
    }
}

/// The rows that layers with a short reach still need. At the boundary of strips, the rows around it are computed again
/// with the next strip. At the ends of the image, the layers' own padding applies, as for the whole image. If the top
/// joins the bottom, there are no ends.
private struct WindowRows {
    let window: RowWindow
    /// The first position of the result.
    let first: Int
    /// Positions of the input in all, including those that come once more.
    let height: Int
    /// Positions in a strip.
    let strip: Int
    private let wraps: Bool
    private var input: RowQueue

    /// - Parameter delay: for an image that repeats, the first position of the result, at least the reach of the window.
    init(_ window: RowWindow, _ extent: RowExtent, delay: Int) {
        (self.window, wraps, strip) = (window, extent.wraps, extent.strip / window.taken)
        precondition(delay >= window.reach, "WindowRows: \(window.reach) rows before position \(delay)")
        let repeating = wraps ? delay + window.reach : 0
        first = wraps ? delay : 0
        height = extent.height / window.taken + repeating
        input = RowQueue(length: extent.height, repeating: repeating * window.taken)
    }

    /// The end of the positions whose results no later row can change.
    var known: Int {
        let end = input.end / window.taken
        return end == height && !wraps ? height : end - window.reach
    }

    mutating func append(_ rows: RowStrip) { input.append(rows) }

    /// The result for some positions; removes the rows that are no longer needed.
    ///
    /// The first and last strips are shorter, by a different number of rows in every stage. To keep the number of
    /// buffer sizes and plans small, they are filled with rows of zeros, whose results are not used.
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
    private var next: Int

    init(_ input: WindowRows) { (self.input, next) = (input, input.first) }

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

/// Keeps the input until the inner stages have returned their result.
private final class ResidualStage: RowStage {
    private let inner: any RowStage
    private let scale: Float
    private var waiting: RowQueue
    private var next: Int

    /// - Parameters:
    ///   - waiting: takes the input.
    ///   - next: the first row of the result.
    init(_ inner: any RowStage, _ scale: Float, _ waiting: RowQueue, from next: Int) {
        (self.inner, self.scale, self.waiting, self.next) = (inner, scale, waiting, next)
    }

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

/// Keeps the rows for the short path until the long path has reached them.
private final class SumStage: RowStage {
    private let long: any RowStage
    private var short: WindowRows
    private var next: Int

    init(_ long: any RowStage, _ short: WindowRows) { (self.long, self.short, next) = (long, short, short.first) }

    func push(_ rows: RowStrip?, _ check: () throws -> Void) rethrows -> RowStrip? {
        if let rows { short.append(rows) }
        guard let sum = try long.push(rows, check) else { return nil }
        let own = short.result(next..<next + sum.count)
        next += sum.count
        let aligned = RowStrip.stacked([own], from: sum.range.lowerBound, height: sum.image.shape[2])
        return RowStrip(sum.image.scaled(by: 1, plus: aligned), sum.range)
    }
}
