import TensorCore

/// How different the pictures of a batch are from one another: the root of the mean square difference of their values,
/// averaged over all pairs. A generator that has collapsed shows nearly the same picture for every noise.
package enum Diversity {
    /// - Parameters:
    ///   - pictures: `[N, …]`.
    ///   - rowLength: when given, pairs are formed only within each row of so many pictures.
    /// - Returns: nil when there is no pair.
    package static func measure(_ pictures: Tensor, rowLength: Int? = nil) -> Double? {
        let count = pictures.shape[0]
        let row = min(rowLength ?? count, count)
        guard row > 1, count > 0 else { return nil }
        let size = pictures.count / count
        var total = 0.0
        var pairs = 0
        pictures.withValues { values in
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
    /// The diversity of the pictures that were made: within rows when rows have captions.
    package var diversity: Double? {
        Diversity.measure(made ?? pictures, rowLength: captions.isEmpty ? nil : columns)
    }

    /// The diversity of the real pictures given for comparison.
    package var referenceDiversity: Double? {
        reference.flatMap { Diversity.measure($0, rowLength: captions.isEmpty ? nil : columns) }
    }
}
