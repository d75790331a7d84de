import Glibc
import TensorCore

/// Drawings made of the differences between an image and its blurred self.
enum Strokes {
    /// Ink by the extended difference of Gaussians (Winnemöller, Kyprianidis & Olsen 2012): the image sharpened at the
    /// scale of the pen, then pushed toward black and white by a soft threshold. The lighting is evened out first, so
    /// that a dark background does not become solid ink.
    ///
    /// - Parameters:
    ///   - sigma: the scale of the pen in pixels.
    ///   - darkness: pixels that are darker than this share of their surroundings, after sharpening, become ink.
    static func ink(_ plane: GrayPlane, sigma: Float, darkness: Float) -> GrayPlane {
        let sharpening: Float = 12, softness: Float = 6
        let even = plane.combined(with: plane.blurred(14 * sigma)) { value, surrounding in
            min((value + 0.1) / (surrounding + 0.1), 1.2)
        }
        return even.blurred(sigma).combined(with: even.blurred(1.6 * sigma)) { narrow, wide in
            let value = (1 + sharpening) * narrow - sharpening * wide
            return value >= darkness ? 1 : 1 + tanhf(softness * (value - darkness))
        }
    }

    /// Pencil: the image divided by its blurred self, so that even areas become paper and edges become strokes; some of
    /// the shading stays.
    ///
    /// - Parameters:
    ///   - sigma: how broad the strokes are, in pixels.
    ///   - shade: how much of the image's own darkness is left, 0 … 1.
    static func pencil(_ plane: GrayPlane, sigma: Float, shade: Float) -> GrayPlane {
        plane.combined(with: plane.blurred(sigma)) { value, surrounding in
            let stroke = min((value + 0.08) / (surrounding + 0.08), 1)
            return powf(stroke, 3) * (1 - shade * (1 - powf(value, 0.7)))
        }
    }

    /// Lines that are lighter where a pen is pressed less, by up to two thirds.
    ///
    /// - Parameter distance: the distance over which the pressure changes, in pixels.
    static func pressed(_ lines: GrayPlane, distance: Float, random: Random) -> GrayPlane {
        let noise = SmoothNoise(
            width: lines.width, height: lines.height, wavelength: distance, deviation: 0.3, random: random)
        var pressed = lines
        for y in 0..<lines.height {
            for x in 0..<lines.width where lines.values[y * lines.width + x] < 1 {
                let pressure = min(max(0.75 + noise(x, y), 0.33), 1)
                pressed.values[y * lines.width + x] = 1 - (1 - lines.values[y * lines.width + x]) * pressure
            }
        }
        return pressed
    }
}
