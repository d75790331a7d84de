/// How a sketch is drawn from a photo.
public struct SketchStyle: Sendable, Hashable, Codable {
    /// The hand that draws.
    public enum Technique: String, Sendable, Hashable, Codable, CaseIterable {
        /// Thin lines along edges (Canny 1986).
        case lines
        /// Ink: dark strokes and filled shadows (XDoG; Winnemöller, Kyprianidis & Olsen 2012).
        case ink
        /// Pencil: soft strokes that shade, too.
        case pencil
        /// A ballpoint pen: fine lines along edges, darker where it is pressed.
        case ballpoint
        /// A marker: thick, soft lines along the main edges.
        case marker
    }

    /// The hand that draws.
    public var technique: Technique
    /// Width of a line in pixels of an image 256 pixels wide; larger images get wider lines.
    public var lineWidth: Double
    /// How much detail is left out: 0 keeps fine texture, 1 leaves the main outlines.
    public var simplification: Double
    /// How far a hand strays from the true line, in the same pixels; 0 traces exactly.
    public var jitter: Double

    /// Thin, rather simple lines, drawn exactly.
    public init(
        technique: Technique = .lines, lineWidth: Double = 1.5, simplification: Double = 0.4, jitter: Double = 0
    ) {
        self.technique = technique
        self.lineWidth = lineWidth
        self.simplification = simplification
        self.jitter = jitter
    }

    /// Usable settings: widths and jitter that are NaN or excessive are bounded.
    var bounded: SketchStyle {
        func within(_ value: Double, _ range: ClosedRange<Double>) -> Double {
            value.isNaN ? range.lowerBound : min(max(value, range.lowerBound), range.upperBound)
        }
        return SketchStyle(
            technique: technique, lineWidth: within(lineWidth, 0.5...24),
            simplification: within(simplification, 0...1), jitter: within(jitter, 0...16))
    }
}
