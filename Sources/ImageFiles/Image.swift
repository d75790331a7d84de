import CImageCodecs

/// An image in memory: rows of interleaved samples from top to bottom without padding, upright, with straight (not
/// premultiplied) alpha.
public struct Image: Sendable, Equatable {
    /// The samples of an image, pixel by pixel, over the full range of their type.
    public enum Samples: Sendable, Equatable {
        /// 0 to 255.
        case bits8([UInt8])
        /// 0 to 65,535, in the byte order of the machine.
        case bits16([UInt16])

        /// How many samples there are.
        public var count: Int {
            switch self {
            case .bits8(let samples): samples.count
            case .bits16(let samples): samples.count
            }
        }

        /// Bits in a sample: 8 or 16.
        public var bitDepth: Int {
            switch self {
            case .bits8: 8
            case .bits16: 16
            }
        }
    }

    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// 1 gray, 2 gray and alpha, 3 red, green and blue, 4 red, green, blue and alpha.
    public let channels: Int
    /// `width * height * channels` samples.
    public let samples: Samples
    /// The metadata of the pixels.
    public var metadata: ImageMetadata

    /// An image from its samples.
    ///
    /// - Parameters:
    ///   - width: pixels in a row.
    ///   - height: the number of rows.
    ///   - channels: 1 to 4.
    ///   - samples: exactly `width * height * channels` of them.
    ///   - metadata: the metadata.
    public init(width: Int, height: Int, channels: Int, samples: Samples, metadata: ImageMetadata = ImageMetadata()) {
        precondition(width > 0 && height > 0, "Image: \(width) x \(height) pixels")
        precondition((1...4).contains(channels), "Image: \(channels) channels")
        precondition(
            samples.count == width * height * channels,
            "Image: \(samples.count) samples for \(width) x \(height) x \(channels)")
        self.width = width
        self.height = height
        self.channels = channels
        self.samples = samples
        self.metadata = metadata
    }

    /// An image of 8-bit samples; see ``init(width:height:channels:samples:metadata:)``.
    public init(
        width: Int, height: Int, channels: Int, samples8: [UInt8], metadata: ImageMetadata = ImageMetadata()
    ) {
        self.init(width: width, height: height, channels: channels, samples: .bits8(samples8), metadata: metadata)
    }

    /// An image of 16-bit samples; see ``init(width:height:channels:samples:metadata:)``.
    public init(
        width: Int, height: Int, channels: Int, samples16: [UInt16], metadata: ImageMetadata = ImageMetadata()
    ) {
        self.init(width: width, height: height, channels: channels, samples: .bits16(samples16), metadata: metadata)
    }

    /// Whether the last channel is alpha.
    public var hasAlpha: Bool { channels == 2 || channels == 4 }
    /// Whether there is one color channel only.
    public var isGray: Bool { channels <= 2 }
    /// Bits in a sample: 8 or 16.
    public var bitDepth: Int { samples.bitDepth }

    /// The same image with 8-bit samples: `round(v / 257)`.
    public func converted8() -> Image {
        guard case .bits16(let wide) = samples else { return self }
        let narrow = [UInt8](unsafeUninitializedCapacity: wide.count) { buffer, count in
            codec_narrow(wide, buffer.baseAddress, wide.count)
            count = wide.count
        }
        return Image(width: width, height: height, channels: channels, samples: .bits8(narrow), metadata: metadata)
    }

    /// The same image with 16-bit samples: `257 v`.
    public func converted16() -> Image {
        guard case .bits8(let narrow) = samples else { return self }
        let wide = [UInt16](unsafeUninitializedCapacity: narrow.count) { buffer, count in
            codec_widen(narrow, buffer.baseAddress, narrow.count)
            count = narrow.count
        }
        return Image(width: width, height: height, channels: channels, samples: .bits16(wide), metadata: metadata)
    }

    /// The image, in 8 bits and without alpha, on a background of one color.
    func flattened8(on background: (red: UInt8, green: UInt8, blue: UInt8)) -> Image {
        let narrow = converted8()
        guard hasAlpha, case .bits8(let source) = narrow.samples else { return narrow }
        let (red, green, blue) = (Int(background.red), Int(background.green), Int(background.blue))
        let backdrop =
            isGray
            ? [UInt8((red * 299 + green * 587 + blue * 114 + 500) / 1000)]
            : [background.red, background.green, background.blue]
        let pixels = width * height
        let opaque = [UInt8](unsafeUninitializedCapacity: pixels * (channels - 1)) { buffer, count in
            codec_flatten8(source, buffer.baseAddress, pixels, Int32(channels), backdrop)
            count = pixels * (channels - 1)
        }
        return Image(
            width: width, height: height, channels: channels - 1, samples: .bits8(opaque), metadata: metadata)
    }
}
