import ImageFiles
import TensorCore

/// Random changes of drawings, so that a translator learns every hand, pen and paper: lines of other widths, lines that
/// tremble, break off or have another pressure, details and parts that are missing, ballpoint pens, markers, and photos
/// of paper.
///
///     let changed = DrawingVariation(strength: 1).applied(to: outline, random: Random(seed: 7))
public struct DrawingVariation: Sendable, Hashable, Codable {
    /// How many drawings are changed, and how far, from 0 (none) to 1.
    public var strength: Double

    /// Changes of a strength from 0 to 1.
    public init(strength: Double = 1) { self.strength = strength }

    /// The drawing with random changes; gray, or RGB if ink or paper are colored.
    ///
    /// - Parameters:
    ///   - drawing: dark lines on white.
    ///   - random: determines the changes.
    package func applied(to drawing: Image, random: Random) -> Image {
        guard strength > 0 else { return drawing }
        let scale = max(Float(min(drawing.width, drawing.height)) / 256, 0.25)
        let dice = Dice(random)
        let changes = DrawingChanges(strength: Float(min(strength, 1)), scale: scale, dice)
        let ink = changes.ink(of: GrayPlane(drawing), random)
        if let paper = changes.paper { return paper.photograph(of: ink, in: changes.color, scale: scale, dice, random) }
        guard changes.color != .black else { return ink.mapped { 1 - $0 }.image }
        return Image(width: ink.width, height: ink.height) { pixel, channel in
            1 - ink.values[pixel] * (1 - changes.color.levels[channel])
        }
    }
}

/// The color of ink or paper, from 0 to 1 in red, green and blue.
struct InkColor: Equatable {
    let levels: [Float]

    static let black = InkColor(levels: [0, 0, 0])

    /// The colors of pens that people draw with.
    static let pens = [
        InkColor(levels: [0.1, 0.17, 0.55]), InkColor(levels: [0.05, 0.08, 0.3]), InkColor(levels: [0.65, 0.1, 0.12]),
        InkColor(levels: [0.05, 0.38, 0.2]), InkColor(levels: [0.3, 0.3, 0.32]),
    ]
}

extension Image {
    /// An RGB image of eight bits.
    ///
    /// - Parameter level: the level of a pixel in a channel; values outside of 0 … 1 are clipped.
    init(width: Int, height: Int, _ level: (_ pixel: Int, _ channel: Int) -> Float) {
        var samples = [UInt8](repeating: 0, count: width * height * 3)
        for pixel in 0..<width * height {
            for channel in 0..<3 {
                samples[pixel * 3 + channel] = UInt8(min(max(level(pixel, channel), 0), 1) * 255 + 0.5)
            }
        }
        self.init(width: width, height: height, channels: 3, samples8: samples)
    }
}
