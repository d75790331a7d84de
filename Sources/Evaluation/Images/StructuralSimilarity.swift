/// The structural similarity of two images of one form (Wang, Bovik, Sheikh & Simoncelli 2004), the mean over all
/// pixels and channels: a Gaussian window of 11×11 pixels with standard deviation 1.5, K₁ 0.01, K₂ 0.03, range 255.
/// Only windows that lie within the image count, as in the authors' program and in scikit-image.
///
/// - Returns: at most 1, for equal images; nil for images narrower or lower than the window.
package func structuralSimilarity(_ a: PixelPlanes, _ b: PixelPlanes) -> Double? {
    requireOneForm(a, b)
    let (width, height) = (a.width, a.height)
    guard min(width, height) >= window.extent else { return nil }
    let sum = zip(a.planes, b.planes).reduce(0.0) { $0 + similarity($1.0, $1.1, width, height) }
    return sum / Double(a.planes.count)
}

private let window = GaussianWindow(extent: 11, deviation: 1.5)

private func similarity(_ a: [Double], _ b: [Double], _ width: Int, _ height: Int) -> Double {
    func mean(_ value: (Int) -> Double) -> [Double] {
        window.means(of: a.indices.map(value), width: width, height: height)
    }
    let (meanA, meanB) = (mean { a[$0] }, mean { b[$0] })
    let (squareA, squareB, product) = (mean { a[$0] * a[$0] }, mean { b[$0] * b[$0] }, mean { a[$0] * b[$0] })
    let c1 = 2.55 * 2.55, c2 = 7.65 * 7.65
    let sum = meanA.indices.reduce(0.0) { sum, i in
        let (mA, mB) = (meanA[i], meanB[i])
        let (varianceA, varianceB, covariance) = (squareA[i] - mA * mA, squareB[i] - mB * mB, product[i] - mA * mB)
        let alike = (2 * mA * mB + c1) * (2 * covariance + c2)
        return sum + alike / ((mA * mA + mB * mB + c1) * (varianceA + varianceB + c2))
    }
    return sum / Double(meanA.count)
}
