import ImageFiles

/// The facts about an image that the check keeps.
struct ImageFacts: Sendable {
    let size: ImageSize
    let channels: Int
    let bitDepth: Int
    /// Whether all its pixels are the same.
    let isBlank: Bool
    /// Whether some of its pixels are not opaque.
    let isTransparent: Bool
    let pixels: PixelDigest
    /// A fingerprint of the coarse brightness, to find images that look the same; nil if not requested.
    let coarse: UInt64?

    init(_ image: Image, coarse wanted: Bool) {
        size = ImageSize(width: image.width, height: image.height)
        channels = image.channels
        bitDepth = image.bitDepth
        pixels = PixelDigest(image)
        switch image.samples {
        case .bits8(let samples): (isBlank, isTransparent) = Self.look(samples, channels: image.channels)
        case .bits16(let samples): (isBlank, isTransparent) = Self.look(samples, channels: image.channels)
        }
        coarse = wanted ? Self.coarse(image) : nil
    }

    var mode: String {
        let kind = ["gray", "gray+alpha", "RGB", "RGBA"][channels - 1]
        return "\(kind) \(bitDepth)-bit"
    }

    private static func look<Sample: FixedWidthInteger>(
        _ samples: [Sample], channels: Int
    ) -> (isBlank: Bool, isTransparent: Bool) {
        samples.withUnsafeBufferPointer { samples in
            var position = channels
            while position < samples.count && samples[position] == samples[position - channels] { position += 1 }
            var isTransparent = false
            if channels % 2 == 0 {
                var alpha = channels - 1
                while alpha < samples.count && samples[alpha] == .max { alpha += channels }
                isTransparent = alpha < samples.count
            }
            return (position == samples.count, isTransparent)
        }
    }

    /// One bit for each pair of horizontal neighbors in a 9×8 miniature: whether brightness increases.
    private static func coarse(_ image: Image) -> UInt64 {
        let small = image.converted8().resized(width: 9, height: 8, filter: .box).converted(channels: 1)
        guard case .bits8(let levels) = small.samples else { return 0 }
        var bits: UInt64 = 0
        for y in 0..<8 {
            for x in 0..<8 { bits = bits << 1 | (levels[y * 9 + x + 1] > levels[y * 9 + x] ? 1 : 0) }
        }
        return bits
    }
}

/// 128 bits that stand for the extent and all samples of an image. Two multiply-and-mix chains with different
/// constants: enough against chance, not against deliberate collisions.
struct PixelDigest: Hashable, Sendable {
    private var a: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var b: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    init(_ image: Image) {
        for value in [image.width, image.height, image.channels, image.bitDepth] { mix(UInt64(value)) }
        switch image.samples {
        case .bits8(let samples): samples.withUnsafeBytes { mix($0) }
        case .bits16(let samples): samples.withUnsafeBytes { mix($0) }
        }
    }

    private mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        let whole = bytes.count / 8 * 8
        for offset in stride(from: 0, to: whole, by: 8) {
            mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var rest: UInt64 = 0
        for offset in whole..<bytes.count { rest = rest << 8 | UInt64(bytes[offset]) }
        mix(rest)
    }

    private mutating func mix(_ word: UInt64) {
        a = (a ^ word) &* 0xFF51_AFD7_ED55_8CCD
        a ^= a >> 32
        b = (b ^ word) &* 0xC4CE_B9FE_1A85_EC53
        b ^= b >> 29
    }
}
