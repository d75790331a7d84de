/// Statistics that the pixels of natural images share after local brightness and contrast are removed, and that blur,
/// noise and compression change (Mittal, Soundararajan & Bovik 2013).
enum SceneStatistics {
    /// Features of a block.
    static let count = 18

    /// The distance of each pixel of a gray plane from the local mean, divided by the local standard deviation plus one
    /// level.
    ///
    /// Means have single precision, as in BasicSR: flat areas then become exact zeros, and zeros count on neither side
    /// of a distribution.
    static func contrasts(of plane: PixelPlanes) -> PixelPlanes {
        let wide = plane.extended(by: window.extent / 2)
        func means(_ values: [Double]) -> [Float] {
            window.means(of: values, width: wide.width, height: wide.height).map { Float($0) }
        }
        let levels = plane.planes[0]
        let (mean, square) = (means(wide.planes[0]), means(wide.planes[0].map { Double(Float($0 * $0)) }))
        let contrasts = levels.indices.map { pixel in
            let deviation = abs(square[pixel] - mean[pixel] * mean[pixel]).squareRoot()
            return Double((Float(levels[pixel]) - mean[pixel]) / (deviation + 1))
        }
        return PixelPlanes(width: plane.width, height: plane.height, planes: [contrasts])
    }

    /// The features of a block of contrasts: shape and width of their distribution; shape, mean and both widths of the
    /// distributions of products of neighbors, to the left, above, above on the left and above on the right. The block
    /// wraps around at its border.
    ///
    /// - Returns: `count` numbers; some are NaN if there are no positive or no negative values.
    static func features(of block: PixelPlanes) -> [Double] {
        let (values, width, height) = (block.planes[0], block.width, block.height)
        let own = AsymmetricGaussian(fitting: values)
        return [own.shape, (own.left + own.right) / 2]
            + [(0, 1), (1, 0), (1, 1), (1, -1)].flatMap { down, across in
                let products = values.indices.map { pixel in
                    let row = (pixel / width - down + height) % height
                    return values[pixel] * values[row * width + (pixel % width - across + width) % width]
                }
                let pair = AsymmetricGaussian(fitting: products)
                return [pair.shape, pair.mean, pair.left, pair.right]
            }
    }

    private static let window = GaussianWindow(extent: 7, deviation: 7.0 / 6)
}
