import Foundation

/// A generalized Gaussian distribution with one shape and a different width on each side (Lasmar, Stitou & Berthoumieu
/// 2009): its density is proportional to exp(−(−x/βₗ)^α) below 0 and to exp(−(x/βᵣ)^α) above.
struct AsymmetricGaussian {
    /// α: 2 for a normal distribution, less for heavier tails; from 0.2 to 10.
    let shape: Double
    /// βₗ; NaN if no value was negative.
    let left: Double
    /// βᵣ; NaN if no value was positive.
    let right: Double

    /// The mean of the distribution.
    var mean: Double { (right - left) * tgamma(2 / shape) / tgamma(1 / shape) }

    /// Fits the distribution by its moments. Zeros belong to neither side. If one side has no values, the shape is the
    /// smallest one.
    init(fitting values: [Double]) {
        var (magnitude, squares, counts) = (0.0, (left: 0.0, right: 0.0), (left: 0.0, right: 0.0))
        for value in values {
            magnitude += abs(value)
            if value < 0 {
                squares.left += value * value
                counts.left += 1
            } else if value > 0 {
                squares.right += value * value
                counts.right += 1
            }
        }
        let deviation = (
            left: (squares.left / counts.left).squareRoot(), right: (squares.right / counts.right).squareRoot()
        )
        let skew = deviation.left / deviation.right
        let ratio = magnitude * magnitude / (Double(values.count) * (squares.left + squares.right))
        let symmetricRatio = ratio * (skew * skew * skew + 1) * (skew + 1) / pow(skew * skew + 1, 2)
        shape = Self.shape(ofRatio: symmetricRatio)
        let width = (tgamma(1 / shape) / tgamma(3 / shape)).squareRoot()
        left = deviation.left * width
        right = deviation.right * width
    }

    private static let shapes = (0...9800).map { 0.2 + Double($0) * 0.001 }
    /// E[|x|]² / E[x²] of the symmetric distribution of each shape, which grows with it.
    private static let ratios = shapes.map { pow(tgamma(2 / $0), 2) / (tgamma(1 / $0) * tgamma(3 / $0)) }

    /// The shape, in steps of 0.001, with the nearest ratio; the first one for NaN.
    private static func shape(ofRatio ratio: Double) -> Double {
        guard !ratio.isNaN else { return shapes[0] }
        var (low, high) = (0, ratios.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ratios[middle] < ratio { low = middle + 1 } else { high = middle }
        }
        let isBelowNearer = low > 0 && ratio - ratios[low - 1] <= ratios[low] - ratio
        return shapes[isBelowNearer ? low - 1 : low]
    }
}
