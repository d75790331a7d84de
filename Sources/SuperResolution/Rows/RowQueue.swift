import TensorCore

/// The rows of an image `[N, C, H, W]` that have arrived and are still needed.
struct RowQueue {
    private var strips: [RowStrip] = []
    /// The first row in the queue.
    private var start = 0
    /// The number of rows added so far.
    private(set) var end = 0
    /// The first rows, for an image that repeats: they come once more after the last row.
    private var head: [RowStrip] = []
    private var length = 0
    private var repeating = 0

    /// The rows of an image that ends.
    init() {}

    /// The rows of an image that repeats.
    ///
    /// - Parameters:
    ///   - length: rows of the image.
    ///   - repeating: the number of rows that come after the last one; more than the image has if need be.
    init(length: Int, repeating: Int) { (self.length, self.repeating) = (length, repeating) }

    mutating func append(_ rows: RowStrip) {
        let missing = min(min(repeating, length) - end, rows.count)
        if missing > 0 {
            // A copy, so that the rest of the strip can be released.
            let first = RowStrip(rows.image, rows.range.lowerBound..<rows.range.lowerBound + missing)
            head.append(RowStrip(RowStrip.stacked([first], from: 0, height: missing), 0..<missing))
        }
        strips.append(rows)
        end += rows.count
        if repeating > 0, end == length { repeatHead() }
    }

    private mutating func repeatHead() {
        var rest = repeating
        while rest > 0 {
            for strip in head where rest > 0 {
                let count = min(strip.count, rest)
                strips.append(RowStrip(strip.image, strip.range.lowerBound..<strip.range.lowerBound + count))
                end += count
                rest -= count
            }
        }
        (head, repeating) = ([], 0)
    }

    /// Rows of the queue as one image, with rows of zeros above and below.
    func rows(_ range: Range<Int>, above: Int = 0, below: Int = 0) -> Tensor {
        var parts: [RowStrip] = []
        var first = start
        for strip in strips {
            let wanted = range.clamped(to: first..<first + strip.count)
            if !wanted.isEmpty {
                let offset = strip.range.lowerBound - first
                parts.append(
                    RowStrip(strip.image, wanted.lowerBound + offset..<wanted.upperBound + offset))
            }
            first += strip.count
        }
        let height = above + range.count + below
        if let part = parts.first, parts.count == 1, part.count == height, part.image.shape[2] == height {
            return part.image
        }
        return RowStrip.stacked(parts, from: above, height: height)
    }

    /// Removes the rows before a row. The rest of a strip is copied, so that the strip can be released.
    mutating func drop(before row: Int) {
        while let first = strips.first, start < row {
            let left = max(start + first.count - row, 0)
            if left == 0 {
                strips.removeFirst()
            } else {
                strips[0] = RowStrip(first.image, first.range.upperBound - left..<first.range.upperBound)
            }
            start += first.count - left
        }
        if let first = strips.first, 4 * first.count < 3 * first.image.shape[2] {
            strips[0] = RowStrip(RowStrip.stacked([first], from: 0, height: first.count), 0..<first.count)
        }
    }
}
