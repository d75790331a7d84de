/// The composition of each pixel of a resampled line: `taps` source pixels, which need not be neighbors, and their
/// weights.
struct LineMixture: Sendable {
    /// Pixels of the line that is resampled.
    let source: Int
    /// Pixels of the result.
    let target: Int
    let taps: Int
    /// `target × taps` positions in the source.
    let positions: [Int32]
    /// `target × taps` weights.
    let weights: [Float]

    /// - Parameter mixture: positions and weights of a pixel of the result; as many for each.
    init(from source: Int, to target: Int, taps: Int, _ mixture: (Int) -> [(position: Int, weight: Double)]) {
        var positions: [Int32] = []
        var weights: [Float] = []
        for pixel in 0..<target {
            for (position, weight) in mixture(pixel) {
                positions.append(Int32(position))
                weights.append(Float(weight))
            }
        }
        precondition(weights.count == target * taps, "LineMixture: \(weights.count) weights for \(target) × \(taps)")
        (self.source, self.target, self.taps) = (source, target, taps)
        (self.positions, self.weights) = (positions, weights)
    }
}

extension PlanarImage {
    /// Two passes over lines: first down the columns, whole rows at a time, then along the rows.
    func resampled(rows: LineMixture, columns: LineMixture) -> PlanarImage {
        precondition(rows.source == height && columns.source == width, "resampled: lines of another length")
        var result = [Float](repeating: 0, count: channels * rows.target * columns.target)
        var line = [Float](repeating: 0, count: width)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                line.withUnsafeMutableBufferPointer { line in
                    for channel in 0..<channels {
                        for row in 0..<rows.target {
                            mix(values, channel, row, rows, into: line)
                            let start = (channel * rows.target + row) * columns.target
                            spread(line, columns, into: result, at: start)
                        }
                    }
                }
            }
        }
        return PlanarImage(width: columns.target, height: rows.target, channels: channels, values: result)
    }

    private func mix(
        _ values: UnsafeBufferPointer<Float>, _ channel: Int, _ row: Int, _ rows: LineMixture,
        into line: UnsafeMutableBufferPointer<Float>
    ) {
        line.update(repeating: 0)
        for tap in row * rows.taps..<(row + 1) * rows.taps where rows.weights[tap] != 0 {
            let (weight, start) = (rows.weights[tap], (channel * height + Int(rows.positions[tap])) * width)
            for x in 0..<width { line[x] += weight * values[start + x] }
        }
    }

    private func spread(
        _ line: UnsafeMutableBufferPointer<Float>, _ columns: LineMixture,
        into result: UnsafeMutableBufferPointer<Float>, at start: Int
    ) {
        columns.positions.withUnsafeBufferPointer { positions in
            columns.weights.withUnsafeBufferPointer { weights in
                for x in 0..<columns.target {
                    var sum: Float = 0
                    for tap in x * columns.taps..<(x + 1) * columns.taps {
                        sum += weights[tap] * line[Int(positions[tap])]
                    }
                    result[start + x] = sum
                }
            }
        }
    }
}
