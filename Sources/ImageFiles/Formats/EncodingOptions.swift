/// How an image is packed.
public enum EncodingOptions: Sendable, Equatable {
    /// A PNG, packed as chosen.
    case png(PNG = PNG())
    /// A JPEG, packed as chosen.
    case jpeg(JPEG = JPEG())
    /// A WebP, packed as chosen.
    case webp(WebP = WebP())
    /// A TIFF, packed as chosen.
    case tiff(TIFF = TIFF())

    /// The defaults of a format; those of PNG for formats that are only read.
    public init(_ format: ImageFormat) {
        switch format {
        case .jpeg: self = .jpeg()
        case .webp: self = .webp()
        case .tiff: self = .tiff()
        default: self = .png()
        }
    }

    /// The format that is written.
    public var format: ImageFormat {
        switch self {
        case .png: .png
        case .jpeg: .jpeg
        case .webp: .webp
        case .tiff: .tiff
        }
    }

    /// Choices for PNG. None of them changes a pixel but `bitDepth`.
    public struct PNG: Sendable, Equatable {
        /// How rows are prepared for compression.
        public enum Filter: Int, Sendable, CaseIterable {
            /// PNG's own filters, one for all rows.
            case none, sub, up, average, paeth
            /// The most promising filter for each row.
            case adaptive
        }

        /// 8 or 16; `nil` keeps the depth of the image.
        public var bitDepth: Int?
        /// How rows are prepared for compression.
        public var filter: Filter
        /// From 0 (none) to 9 (smallest, slowest).
        public var compression: Int

        /// By default adaptive filters and compression 6.
        public init(bitDepth: Int? = nil, filter: Filter = .adaptive, compression: Int = 6) {
            self.bitDepth = bitDepth
            self.filter = filter
            self.compression = compression
        }
    }

    /// Choices for JPEG. Samples of 16 bits are rounded to 8.
    public struct JPEG: Sendable, Equatable {
        /// The resolution of color relative to brightness.
        public enum Subsampling: String, Sendable, CaseIterable {
            /// As fine.
            case s444
            /// Half as fine across.
            case s422
            /// Half as fine down.
            case s440
            /// Half as fine both ways.
            case s420
            /// A quarter as fine across.
            case s411
        }

        /// From 1 to 100.
        public var quality: Int
        /// The resolution of color relative to brightness.
        public var subsampling: Subsampling
        /// Whether a viewer can show a coarse image before the file is complete.
        public var progressive: Bool
        /// The background behind transparent pixels, because JPEG has no alpha.
        public var background: Background

        /// By default quality 95 with full color resolution.
        public init(
            quality: Int = 95, subsampling: Subsampling = .s444, progressive: Bool = false,
            background: Background = .white
        ) {
            self.quality = quality
            self.subsampling = subsampling
            self.progressive = progressive
            self.background = background
        }
    }

    /// An opaque color, 8 bits a channel.
    public struct Background: Sendable, Equatable {
        /// 0 to 255, as are green and blue.
        public var red: UInt8
        /// 0 to 255.
        public var green: UInt8
        /// 0 to 255.
        public var blue: UInt8

        /// A color of three channels, 0 to 255 each.
        public init(red: UInt8, green: UInt8, blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        /// 255, 255, 255.
        public static let white = Background(red: 255, green: 255, blue: 255)
        /// 0, 0, 0.
        public static let black = Background(red: 0, green: 0, blue: 0)
    }
}
