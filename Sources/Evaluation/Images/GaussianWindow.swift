import Foundation

/// A square Gaussian window of odd size. Its weights add up to 1.
struct GaussianWindow {
    let extent: Int
    private let weights: [Double]

    /// - Parameter deviation: in pixels.
    init(extent: Int, deviation: Double) {
        self.extent = extent
        let bell = (0..<extent).map { tap in
            let distance = Double(tap - extent / 2) / deviation
            return exp(-distance * distance / 2)
        }
        let sum = bell.reduce(0, +)
        weights = bell.map { $0 / sum }
    }

    /// The weighted means around all pixels whose window lies within the plane, row by row.
    func means(of plane: [Double], width: Int, height: Int) -> [Double] {
        let rows = height - extent + 1
        let columns = width - extent + 1
        let lowered = sums(of: plane, lines: rows, length: width, lineBy: width, tapBy: width)
        return sums(of: lowered, lines: rows, length: columns, lineBy: width, tapBy: 1)
    }

    /// Weighted sums of `extent` values at a distance of `tapBy`, line by line.
    private func sums(of values: [Double], lines: Int, length: Int, lineBy: Int, tapBy: Int) -> [Double] {
        var result = [Double](repeating: 0, count: lines * length)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                for line in 0..<lines {
                    for (tap, weight) in weights.enumerated() {
                        let (from, to) = (line * lineBy + tap * tapBy, line * length)
                        for i in 0..<length { result[to + i] += weight * values[from + i] }
                    }
                }
            }
        }
        return result
    }
}
