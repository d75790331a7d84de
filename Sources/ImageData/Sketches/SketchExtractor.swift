import ImageFiles
import TensorCore

/// Draws sketches from photos, so that a translator can be trained on photos alone.
///
///     let style = SketchStyle(technique: .ink, lineWidth: 2, jitter: 1)
///     let sketch = SketchExtractor(style).sketch(of: photo, random: Random(seed: 7))
package struct SketchExtractor: Sendable {
    /// How sketches are drawn.
    package let style: SketchStyle

    /// - Parameter style: excessive widths are bounded.
    package init(_ style: SketchStyle = SketchStyle()) { self.style = style.bounded }

    /// A gray image of the photo's size: dark strokes on white.
    ///
    /// - Parameter random: determines the jitter, and the pressure of a ballpoint pen; used only for these.
    package func sketch(of photo: Image, random: Random) -> Image {
        let plane = GrayPlane(photo)
        // Settings are in pixels of an image 256 wide.
        let scale = max(Float(min(photo.width, photo.height)) / 256, 0.25)
        let drawn = draw(plane, scale: scale, random)
        guard style.jitter > 0 else { return drawn.image }
        let tremor = HandTremor(amplitude: Float(style.jitter) * scale, wavelength: 20 * scale)
        return tremor.applied(to: drawn, random: random).image
    }

    private func draw(_ plane: GrayPlane, scale: Float, _ random: Random) -> GrayPlane {
        let (width, simplification) = (max(Float(style.lineWidth) * scale, 1), Float(style.simplification))
        switch style.technique {
        case .lines:
            return lines(of: plane, width: width, simplification: simplification, scale: scale)
        case .ink:
            let calm = plane.blurred(1.5 * simplification * scale)
            return Strokes.ink(calm, sigma: 0.6 * width, darkness: 0.75 - 0.2 * simplification)
        case .pencil:
            let calm = plane.blurred((0.4 + 1.6 * simplification) * scale)
            return Strokes.pencil(calm, sigma: 2.5 * width, shade: 0.25 * (1 - simplification))
        case .ballpoint:
            let drawn = lines(of: plane, width: 0.7 * width, simplification: simplification, scale: scale)
            return Strokes.pressed(drawn, distance: 24 * scale, random: random)
        case .marker:
            let simple = min(simplification + 0.3, 1)
            return lines(of: plane, width: 3 * width, simplification: simple, scale: scale).blurred(0.4 * width)
        }
    }

    /// Lines along edges.
    private func lines(of plane: GrayPlane, width: Float, simplification: Float, scale: Float) -> GrayPlane {
        let edges = EdgeLines(
            smoothing: (0.8 + 2 * simplification) * scale, weakShare: 0.7 + 0.15 * simplification,
            strongShare: 0.88 + 0.07 * simplification, shortest: Int(saturating: (8 + 24 * simplification) * scale))
        return EdgeLines.drawn(edges.find(in: plane), width: plane.width, height: plane.height, lineWidth: width)
    }
}

extension SketchStyle {
    /// A random style around this one, with another width, simplification and hand. Training on many styles prevents a
    /// translator from relying on one.
    ///
    /// - Parameters:
    ///   - techniques: the hands to choose among.
    ///   - variation: 0 keeps the style, 1 varies it widely.
    package func varied(among techniques: [Technique], variation: Double, random: Random) -> SketchStyle {
        let draws = random.uniform([4]).values.map(Double.init)
        var style = self
        if !techniques.isEmpty {
            let number = Int(saturating: draws[0] * Double(techniques.count))
            style.technique = techniques[min(number, techniques.count - 1)]
        }
        style.lineWidth *= 1 + variation * (1.2 * draws[1] - 0.4)
        style.simplification = min(max(simplification + variation * (draws[2] - 0.5) * 0.8, 0), 1)
        style.jitter *= 1 + variation * (draws[3] - 0.5)
        return style.bounded
    }
}
