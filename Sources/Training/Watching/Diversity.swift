import TensorCore

/// The diversity of the images in a batch: the root mean square difference of their values, over all pairs. A collapsed
/// generator makes nearly the same image from any noise.
package enum Diversity {
    /// - Parameters:
    ///   - images: `[N, …]`.
    ///   - rowLength: if given, pairs are formed only within rows of this many images.
    /// - Returns: nil if there are no pairs.
    package static func measure(_ images: Tensor, rowLength: Int? = nil) -> Double? {
        let count = images.shape[0]
        let row = min(rowLength ?? count, count)
        guard row > 1, count > 0 else { return nil }
        let size = images.count / count
        var total = 0.0
        var pairs = 0
        images.withValues { values in
            for first in 0..<count {
                let rowEnd = min((first / row + 1) * row, count)
                for second in (first + 1)..<max(rowEnd, first + 1) {
                    var sum: Float = 0
                    for offset in 0..<size {
                        let difference = values[first * size + offset] - values[second * size + offset]
                        sum += difference * difference
                    }
                    total += (Double(sum) / Double(size)).squareRoot()
                    pairs += 1
                }
            }
        }
        return pairs > 0 ? total / Double(pairs) : nil
    }
}

extension Preview {
    /// The diversity of the images that were made: within rows when rows have captions.
    package var diversity: Double? {
        Diversity.measure(made ?? images, rowLength: captions.isEmpty ? nil : columns)
    }

    /// The diversity of the real images given for comparison.
    package var referenceDiversity: Double? {
        reference.flatMap { Diversity.measure($0, rowLength: captions.isEmpty ? nil : columns) }
    }
}
