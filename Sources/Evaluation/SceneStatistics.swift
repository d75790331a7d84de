/// What the pixels of a natural image have in common once local brightness and contrast are taken off, and what
/// blur, noise and compression change in it (Mittal, Soundararajan & Bovik 2013).
enum SceneStatistics {
    /// Features of a block.
    static let count = 18

    /// How far each pixel of a gray plane is from the mean around it, in standard deviations plus one level.
    ///
    /// Means are kept in single precision, as in BasicSR: flat areas come out as exact zeros there, and zeros count
    /// on neither side of a distribution.
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
    /// distributions of products of neighbors, to the left, above, above on the left and above on the right. Beyond
    /// its border the block begins again.
    ///
    /// - Returns: `count` numbers; what has no positive or no negative values gives some that are not a number.
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
