import TensorCore

/// Holds rows of an image and of its result until the rows around them, which the color correction needs, have arrived.
struct CorrectedRows {
    /// Rows in all.
    let height: Int
    let scale: Int
    let correctsColor: Bool
    private let wrapping: Wrapping
    private let reach: Int
    /// For rows that repeat, the row of the result that is finished first, in rows of the input.
    private let first: Int
    /// For rows that repeat, the row of the input at which the result begins.
    private let delay: Int
    private var small: RowQueue
    private var large: RowQueue
    private var next: Int

    /// Rows of the result, with the surrounding rows that their correction needs.
    struct Window {
        /// `[1, C, H, W]`.
        let values: Tensor
        let correction: ColorCorrection?
        /// The finished rows, as rows of the input.
        let done: Range<Int>
        /// The same in `values`.
        let rows: Range<Int>
    }

    /// - Parameters:
    ///   - wrapping: the axes along which the image repeats.
    ///   - multiple: the number of which ``inputShift`` must be a multiple, if rows repeat.
    ///   - delay: the row of the input at which the result begins, if rows repeat.
    init(
        height: Int, scale: Int, correctsColor: Bool, wrapping: Wrapping = .neither, multiple: Int = 1, delay: Int = 0
    ) {
        (self.height, self.scale, self.correctsColor) = (height, scale, correctsColor)
        (self.wrapping, self.delay) = (wrapping, wrapping.joinsRows ? delay : 0)
        // One more row for the linear interpolation.
        reach = correctsColor ? ColorCorrection.reach + 1 : 0
        first = wrapping.joinsRows ? (reach + multiple - 1) / multiple * multiple : 0
        next = first
        small = wrapping.joinsRows ? RowQueue(length: height, repeating: delay + first + reach) : RowQueue()
        large = wrapping.joinsRows ? RowQueue(length: height * scale, repeating: (first + reach) * scale) : RowQueue()
    }

    /// The row of the input that is finished first.
    var inputShift: Int { delay + first }

    /// Adds the next rows of the image and of the result, and returns finished rows.
    mutating func push(_ rows: Tensor?, result: Tensor?) -> Window? {
        if let rows { small.append(RowStrip(rows, 0..<rows.shape[2])) }
        if let result { large.append(RowStrip(result, 0..<result.shape[2])) }
        let known = large.end / scale
        let isEnd = known == height && !wrapping.joinsRows
        let end = isEnd ? height : min(known - reach, height + first)
        guard end > next else { return nil }
        let done = next..<end
        let seen = max(done.lowerBound - reach, 0)..<(isEnd ? height : done.upperBound + reach)
        let values = large.rows(seen.lowerBound * scale..<seen.upperBound * scale)
        let own = seen.lowerBound + delay..<seen.upperBound + delay
        let correction =
            correctsColor
            ? ColorCorrection(
                of: values, from: small.rows(own), scale: scale, wrapping: wrapping.intersection(.x)) : nil
        next = end
        small.drop(before: end - reach + delay)
        large.drop(before: (end - reach) * scale)
        let start = (done.lowerBound - seen.lowerBound) * scale
        return Window(
            values: values, correction: correction, done: done.lowerBound - first..<done.upperBound - first,
            rows: start..<start + done.count * scale)
    }
}
