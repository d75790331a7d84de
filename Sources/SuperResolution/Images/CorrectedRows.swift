import TensorCore

/// Holds rows of an image and of its result until the rows around them, which the color correction needs, have arrived.
struct CorrectedRows {
    /// Rows in all.
    let height: Int
    let scale: Int
    let correctsColor: Bool
    private var small = RowQueue()
    private var large = RowQueue()
    private var next = 0

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

    init(height: Int, scale: Int, correctsColor: Bool) {
        (self.height, self.scale, self.correctsColor) = (height, scale, correctsColor)
    }

    /// Adds the next rows of the image and of the result, and returns finished rows.
    mutating func push(_ rows: Tensor?, result: Tensor?) -> Window? {
        if let rows { small.append(RowStrip(rows, 0..<rows.shape[2])) }
        if let result { large.append(RowStrip(result, 0..<result.shape[2])) }
        // One more row for the linear interpolation.
        let reach = correctsColor ? ColorCorrection.reach + 1 : 0
        let known = large.end / scale
        let end = known == height ? height : known - reach
        guard end > next else { return nil }
        let done = next..<end
        let seen = max(done.lowerBound - reach, 0)..<min(done.upperBound + reach, height)
        let values = large.rows(seen.lowerBound * scale..<seen.upperBound * scale)
        let correction =
            correctsColor ? ColorCorrection(of: values, from: small.rows(seen), scale: scale) : nil
        next = end
        small.drop(before: end - reach)
        large.drop(before: (end - reach) * scale)
        let first = (done.lowerBound - seen.lowerBound) * scale
        return Window(
            values: values, correction: correction, done: done, rows: first..<first + done.count * scale)
    }
}
