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
        func noise() -> SmoothNoise {
            SmoothNoise(
                width: plane.width, height: plane.height, wavelength: wavelength, deviation: 1.5 * amplitude,
                random: random)
        }
        let (across, down) = (noise(), noise())
        var values = plane.values
        for y in 0..<plane.height {
            for x in 0..<plane.width {
                values[y * plane.width + x] = plane.sample(Float(x) + across(x, y), Float(y) + down(x, y))
            }
        }
        return GrayPlane(width: plane.width, height: plane.height, values: values)
    }
}
