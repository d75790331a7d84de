/// Writes an animated file frame by frame. The file appears when it is complete.
package protocol AnimationWriter: AnyObject {
    /// Adds a frame: the whole canvas as it is to be shown. The metadata of the first frame become those of the file.
    ///
    /// - Throws: ``ImageError``.
    func add(_ frame: AnimationFrame) throws

    /// Ends the file and gives it its name.
    ///
    /// - Returns: bytes in the file.
    /// - Throws: ``ImageError``.
    func finish() throws -> Int
}

extension ImageFormat {
    /// Whether files of the format can hold animations.
    package var holdsAnimations: Bool { self == .gif || self == .png || self == .webp }

    /// Begins an animated file of the format, or returns nil if it holds none.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - frames: how many frames will be added, at least one.
    ///   - plays: how often the animation plays; 0 for without end.
    ///   - options: how frames are packed. A GIF has no choices.
    /// - Throws: ``ImageError`` if the file cannot be created.
    package func animationWriter(
        _ path: String, frames: Int, plays: Int, options: EncodingOptions
    ) throws -> (any AnimationWriter)? {
        switch (self, options) {
        case (.gif, _): return try AnimatedGIFWriter(path, plays: plays)
        case (.webp, .webp(let choices)): return try AnimatedWebPWriter(path, plays: plays, options: choices)
        case (.png, .png(let choices)):
            return try AnimatedPNGWriter(path, frames: frames, plays: plays, options: choices)
        default: return nil
        }
    }
}

/// Rounds the durations of frames to whole parts of a second, so that their sum stays right.
struct FrameClock {
    private let parts: Int
    private var exact = 0.0
    private var rounded = 0

    /// - Parameter parts: how many parts a second has.
    init(parts: Int) { self.parts = parts }

    /// The duration of the next frame.
    mutating func next(_ duration: AnimationDuration) -> Int {
        // One that is a whole number of parts stays what it is, as most are.
        exact += duration.seconds * Double(parts)
        let whole = max(Int(exact.rounded()) - rounded, duration.numerator == 0 ? 0 : 1)
        rounded += whole
        return whole
    }
}

extension Image {
    /// The rows that differ from those of an image of the same size and kind; one row where none does.
    func changedRows(since before: Image?) -> Range<Int> {
        guard let before, ImageOutline(before) == ImageOutline(self) else { return 0..<height }
        let stride = width * channels
        func changed<Sample: Equatable>(_ old: [Sample], _ new: [Sample]) -> Range<Int> {
            func differs(_ row: Int) -> Bool {
                old[row * stride..<(row + 1) * stride] != new[row * stride..<(row + 1) * stride]
            }
            let first = (0..<height).first(where: differs) ?? 0
            let last = (first..<height).last(where: differs) ?? first
            return first..<last + 1
        }
        switch (before.samples, samples) {
        case (.bits8(let old), .bits8(let new)): return changed(old, new)
        case (.bits16(let old), .bits16(let new)): return changed(old, new)
        default: return 0..<height
        }
    }
}
