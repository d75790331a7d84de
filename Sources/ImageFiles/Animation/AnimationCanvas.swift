/// What frames are drawn on, one after the other. At first, all is transparent.
struct AnimationCanvas {
    let width: Int
    let height: Int
    let channels: Int
    let bitDepth: Int
    private var samples: Image.Samples

    init(width: Int, height: Int, channels: Int, bitDepth: Int) {
        (self.width, self.height, self.channels, self.bitDepth) = (width, height, channels, bitDepth)
        let count = width * height * channels
        samples =
            bitDepth == 16
            ? .bits16([UInt16](repeating: 0, count: count)) : .bits8([UInt8](repeating: 0, count: count))
    }

    /// Draws a frame, and does what its disposal asks for after it was shown.
    ///
    /// - Returns: the canvas as it is shown.
    /// - Throws: ``ImageError``: corrupt for a frame of another kind than those before.
    mutating func drawing(
        _ image: Image, _ frame: AnimationOutline.Frame, name: String
    ) throws -> Image {
        guard image.isGray == (channels <= 2), image.bitDepth == bitDepth else {
            throw ImageError.corrupt(file: name, reason: "its frames are of several kinds")
        }
        let before = frame.disposal == .restored ? samples : nil
        switch (image.samples, samples) {
        case (.bits8(let source), .bits8(var target)):
            samples = .bits8([])
            draw(source, image, frame, onto: &target)
            samples = .bits8(target)
        case (.bits16(let source), .bits16(var target)):
            samples = .bits16([])
            draw(source, image, frame, onto: &target)
            samples = .bits16(target)
        default: break
        }
        let shown = Image(width: width, height: height, channels: channels, samples: samples)
        switch frame.disposal {
        case .stays: break
        case .restored: if let before { samples = before }
        case .cleared: clear(frame)
        }
        return shown
    }

    private mutating func clear(_ frame: AnimationOutline.Frame) {
        let right = min(frame.x + frame.width, width)
        func cleared<Sample: FixedWidthInteger>(_ all: inout [Sample]) {
            guard frame.x < right else { return }
            for y in frame.y..<max(min(frame.y + frame.height, height), frame.y) {
                let row = (y * width + frame.x) * channels..<(y * width + right) * channels
                for index in row { all[index] = 0 }
            }
        }
        switch samples {
        case .bits8(var all):
            samples = .bits8([])
            cleared(&all)
            samples = .bits8(all)
        case .bits16(var all):
            samples = .bits16([])
            cleared(&all)
            samples = .bits16(all)
        }
    }

    private func draw<Sample: FixedWidthInteger & UnsignedInteger>(
        _ source: [Sample], _ image: Image, _ frame: AnimationOutline.Frame, onto target: inout [Sample]
    ) {
        let colors = channels <= 2 ? 1 : 3
        let (own, ours) = (image.channels, channels)
        let columns = max(min(frame.width, width - frame.x), 0)
        let rows = max(min(frame.height, height - frame.y), 0)
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                for y in 0..<rows {
                    var from = y * frame.width * own
                    var to = ((frame.y + y) * width + frame.x) * ours
                    for _ in 0..<columns {
                        let alpha = own > colors ? source[from + colors] : Sample.max
                        if alpha == Sample.max || !frame.isBlended {
                            for color in 0..<colors { target[to + color] = source[from + color] }
                            if ours > colors { target[to + colors] = alpha }
                        } else if alpha > 0 {
                            Self.blend(source.baseAddress! + from, alpha, target.baseAddress! + to, colors, ours)
                        }
                        from += own
                        to += ours
                    }
                }
            }
        }
    }

    /// Puts a pixel over another one. Alpha is straight in both.
    private static func blend<Sample: FixedWidthInteger & UnsignedInteger>(
        _ source: UnsafePointer<Sample>, _ alpha: Sample, _ target: UnsafeMutablePointer<Sample>, _ colors: Int,
        _ channels: Int
    ) {
        let most = Int(Sample.max)
        let above = Int(alpha) * most
        let below = (channels > colors ? Int(target[colors]) : most) * (most - Int(alpha))
        let sum = above + below
        for color in 0..<colors {
            target[color] = Sample((Int(source[color]) * above + Int(target[color]) * below + sum / 2) / sum)
        }
        if channels > colors { target[colors] = Sample((sum + most / 2) / most) }
    }
}
