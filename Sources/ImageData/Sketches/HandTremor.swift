import TensorCore

/// The unsteadiness of a hand: a smooth random displacement of a whole drawing.
struct HandTremor {
    /// The root mean square of the displacement, in pixels.
    let amplitude: Float
    /// The distance over which it changes, in pixels.
    let wavelength: Float

    /// The drawing as an unsteady hand would have made it.
    func applied(to plane: GrayPlane, random: Random) -> GrayPlane {
        guard amplitude > 0 else { return plane }
        func count(_ length: Int) -> Int { Int(saturating: min(Float(length) / wavelength, 1e6)) + 2 }
        let columns = count(plane.width), rows = count(plane.height)
        func field() -> GrayPlane {
            GrayPlane(
                width: columns, height: rows,
                values: random.normal([rows * columns], deviation: 1.5 * amplitude).values)
        }
        let (across, down) = (field(), field())
        var values = plane.values
        for y in 0..<plane.height {
            for x in 0..<plane.width {
                let (u, v) = (Float(x) / wavelength, Float(y) / wavelength)
                values[y * plane.width + x] = plane.sample(
                    Float(x) + across.sample(u, v), Float(y) + down.sample(u, v))
            }
        }
        return GrayPlane(width: plane.width, height: plane.height, values: values)
    }
}
