import ImageFiles
import TensorCore

/// A photo of a drawing on paper: uneven light, paper that is not white, the noise of a camera, a slight blur.
struct PhotographedPaper {
    private let paper: InkColor
    /// The loss of light from the brightest place of the border to the opposite one, and the direction, as a vector.
    private let falloff: Float
    private let direction: (x: Float, y: Float)
    /// Shadows: how dark, and how wide as a share of the image.
    private let shadow: Float
    private let shadowWidth: Float
    private let noise: Float
    private let blur: Float
    private let exposure: Float

    /// - Parameter strength: how far photos differ from clean drawings, from 0 to 1.
    init(strength: Float, _ dice: Dice) {
        let warmth = dice.uniform(-0.04...0.12) * strength
        paper = InkColor(levels: [1, 1 - 0.4 * max(warmth, 0), 1 - warmth])
        falloff = dice.uniform(0...0.45) * strength
        direction = (dice.uniform(-1...1), dice.uniform(-1...1))
        (shadow, shadowWidth) = (dice.uniform(0...0.08) * strength, dice.uniform(0.2...0.6))
        noise = dice.uniform(0.003...0.03) * strength
        blur = dice.uniform(0...0.8) * strength
        exposure = 1 - dice.uniform(0...0.3) * strength
    }

    /// The photo in RGB.
    ///
    /// - Parameters:
    ///   - ink: how much ink is at each pixel.
    ///   - color: of the ink.
    ///   - scale: pixels in a pixel of an image 256 wide.
    func photograph(of ink: GrayPlane, in color: InkColor, scale: Float, _ dice: Dice, _ random: Random) -> Image {
        let (width, height) = (ink.width, ink.height)
        let seen = ink.blurred(blur * scale)
        let shadows = SmoothNoise(
            width: width, height: height, wavelength: max(shadowWidth * Float(max(width, height)), 1),
            deviation: shadow, random: random)
        var light = [Float](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let across = (Float(x) / Float(width) - 0.5) * direction.x
                let down = (Float(y) / Float(height) - 0.5) * direction.y
                let even = exposure * (1 - falloff * (0.5 + (across + down) / 2))
                light[y * width + x] = even * (1 + shadows(x, y)) + noise * dice.normal()
            }
        }
        return Image(width: width, height: height) { pixel, channel in
            let white = paper.levels[channel]
            return light[pixel] * (white - seen.values[pixel] * (white - 0.06 - 0.9 * color.levels[channel]))
        }
    }
}
