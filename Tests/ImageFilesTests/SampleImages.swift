import ImageFiles
import Testing

extension Image {
    /// Noise that compresses badly and repeats exactly.
    static func sample(width: Int, height: Int, channels: Int, bits: Int) -> Image {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        let values = (0..<width * height * channels).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt16(truncatingIfNeeded: state >> 40)
        }
        return bits == 16
            ? Image(width: width, height: height, channels: channels, samples16: values)
            : Image(width: width, height: height, channels: channels, samples8: values.map { UInt8($0 >> 8) })
    }

    /// A smooth image, kind to JPEG.
    static func gradient(width: Int, height: Int, channels: Int) -> Image {
        var samples: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let values = [
                    x * 255 / width, y * 255 / height, (x + y) * 255 / (width + height), 255 - x * 128 / width,
                ]
                samples += values.prefix(channels).map { UInt8($0) }
            }
        }
        return Image(width: width, height: height, channels: channels, samples8: samples)
    }

    /// The 8-bit samples, or a test failure.
    func samples8() throws -> [UInt8] {
        guard case .bits8(let samples) = samples else { throw UnexpectedDepth() }
        return samples
    }

    func samples16() throws -> [UInt16] {
        guard case .bits16(let samples) = samples else { throw UnexpectedDepth() }
        return samples
    }

    func largestDifference(from other: Image) throws -> Int {
        try #require(width == other.width && height == other.height && channels == other.channels)
        return try zip(samples8(), other.samples8()).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}

struct UnexpectedDepth: Error {}
