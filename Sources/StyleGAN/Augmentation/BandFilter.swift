import TensorCore

/// Bands of frequencies of images, amplified or weakened (Karras et al. 2020, appendix B.3): four filters, an octave
/// apart, that add up to the identity; of the wavelet sym2.
enum BandFilter {
    /// The filters, of equal length, centered.
    static let bands: [[Double]] = {
        let low = [-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025]
        let high: [Double] = low.enumerated().map { $0 % 2 == 0 ? $1 : -$1 }
        func power(_ filter: [Double]) -> [Double] { convolved(filter, Array(filter.reversed())).map { $0 / 2 } }
        let (lowPower, highPower) = (power(low), power(high))
        var bank: [[Double]] = [[1], [0], [0], [0]]
        for band in 1..<4 {
            bank = bank.map { filter in
                let spread: [Double] = filter.flatMap { [$0, 0] }.dropLast()
                return convolved(spread, lowPower)
            }
            let start = (bank[band].count - highPower.count) / 2
            for (index, value) in highPower.enumerated() { bank[band][start + index] += value }
        }
        return bank
    }()

    /// The power of each band in natural images.
    static let expectedPower = [10.0, 1, 1, 1].map { $0 / 13 }

    private static func convolved(_ a: [Double], _ b: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: a.count + b.count - 1)
        for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { sum[i + j] += x * y } }
        return sum
    }

    /// Images `[N, C, H, W]`, mirrored at their border, with every band multiplied by the gains of the image.
    static func apply(_ gains: [[Double]], to images: Tensor) -> Tensor {
        guard gains.contains(where: { $0.contains { $0 != 1 } }) else { return images }
        let filters = gains.map { gains in
            bands[0].indices.map { tap in zip(gains, bands).reduce(0) { $0 + $1.0 * $1.1[tap] } }
        }
        let (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3])
        let across = images.reshaped(to: [n, c * h, w]).matrixProduct(matrices(filters, length: w))
            .reshaped(to: images.shape)
        return across.permuted([0, 1, 3, 2]).reshaped(to: [n, c * w, h]).matrixProduct(matrices(filters, length: h))
            .reshaped(to: [n, c, w, h]).permuted([0, 1, 3, 2])
    }

    /// For each filter, the matrix `[length, length]` that applies it to the rows of an image.
    private static func matrices(_ filters: [[Double]], length: Int) -> Tensor {
        Tensor(shape: [filters.count, length, length]) { buffer in
            buffer.update(repeating: 0)
            for (number, filter) in filters.enumerated() {
                for output in 0..<length {
                    for (tap, weight) in filter.enumerated() {
                        let input = Reflection.position(output + tap - filter.count / 2, length: length)
                        buffer[(number * length + input) * length + output] += Float(weight)
                    }
                }
            }
        }
    }
}
