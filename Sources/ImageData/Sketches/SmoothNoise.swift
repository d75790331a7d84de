import TensorCore

/// Random values that change smoothly over an image, between those of a coarse grid.
struct SmoothNoise {
    private let grid: GrayPlane
    private let wavelength: Float

    /// - Parameters:
    ///   - width, height: of the image in pixels.
    ///   - wavelength: the distance between the points of the grid, in pixels.
    ///   - deviation: the standard deviation at these points.
    init(width: Int, height: Int, wavelength: Float, deviation: Float, random: Random) {
        func count(_ length: Int) -> Int { Int(saturating: min(Float(length) / wavelength, 1e6)) + 2 }
        let (columns, rows) = (count(width), count(height))
        grid = GrayPlane(
            width: columns, height: rows, values: random.normal([rows * columns], deviation: deviation).values)
        self.wavelength = wavelength
    }

    /// The value at a pixel.
    func callAsFunction(_ x: Int, _ y: Int) -> Float { grid.sample(Float(x) / wavelength, Float(y) / wavelength) }
}
