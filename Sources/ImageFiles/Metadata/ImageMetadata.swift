/// The metadata of an image.
public struct ImageMetadata: Sendable, Equatable {
    /// Pixels per meter, across and down.
    public struct Density: Sendable, Equatable {
        /// Pixels per meter across.
        public var x: Double
        /// Pixels per meter down.
        public var y: Double

        /// A density in pixels per meter.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }

        /// A density in dots per inch, the same both ways.
        public static func dotsPerInch(_ value: Double) -> Density {
            Density(x: value / 0.0254, y: value / 0.0254)
        }
    }

    /// A line of text under a keyword: a text chunk of a PNG, a comment of a JPEG.
    public struct Text: Sendable, Equatable {
        /// The keyword of a JPEG comment.
        public static let comment = "Comment"

        /// What the text is about, such as `Software`; Latin-1, 79 characters at most in a PNG.
        public var keyword: String
        /// The text.
        public var value: String

        /// A text under its keyword.
        public init(keyword: String, value: String) {
            self.keyword = keyword
            self.value = value
        }
    }

    /// The color information of a PNG without a profile; kept, never applied.
    public struct Colorimetry: Sendable, Equatable {
        /// The sRGB rendering intent, 0 to 3.
        public var renderingIntent: Int?
        /// The file's gamma times 100,000.
        public var gamma: Int?
        /// x and y of white, red, green and blue, times 100,000.
        public var chromaticities: [Int32]?
        /// Primaries, transfer function, matrix and range as ITU-T H.273 numbers them; HDR images have them.
        public var codePoints: [UInt8]?

        /// Creates the values; nil leaves them out.
        public init(
            renderingIntent: Int? = nil, gamma: Int? = nil, chromaticities: [Int32]? = nil, codePoints: [UInt8]? = nil
        ) {
            self.renderingIntent = renderingIntent
            self.gamma = gamma
            self.chromaticities = chromaticities
            self.codePoints = codePoints
        }
    }

    /// The color profile, as it came. One that does not belong to the image's kind (gray or RGB) is neither read nor
    /// written; a PNG gets none that its readers would pass over.
    public var iccProfile: [UInt8]?
    /// Pixels per meter; nil when the file does not say.
    public var density: Density?
    /// In the order of the file.
    public var text: [Text]
    /// An XMP packet.
    public var xmp: String?
    /// An EXIF block of an upright image: a TIFF of directories without “Exif” in front, and without thumbnails. Whatever
    /// orientation it tells, files say that they are upright.
    public var exif: [UInt8]?
    /// IPTC's fields (IIM).
    public var iptc: [UInt8]?
    /// What a PNG says about its colors; nil when it says nothing.
    public var colorimetry: Colorimetry?
    /// The format of the file that the image came from.
    public var sourceFormat: ImageFormat?
    /// Bits per sample in that file: 1 to 16, in a TIFF up to 64.
    public var sourceBitDepth: Int?
    /// Whether the file was truncated or damaged, so that the image is only its readable part.
    public var isPartial: Bool
    /// What the file held besides, and this image does not.
    public var losses: [ImageLoss]

    /// Creates metadata from the given values.
    public init(
        iccProfile: [UInt8]? = nil, density: Density? = nil, text: [Text] = [], xmp: String? = nil,
        exif: [UInt8]? = nil, iptc: [UInt8]? = nil, colorimetry: Colorimetry? = nil, sourceFormat: ImageFormat? = nil,
        sourceBitDepth: Int? = nil,
        isPartial: Bool = false, losses: [ImageLoss] = []
    ) {
        self.iccProfile = iccProfile
        self.density = density
        self.text = text
        self.xmp = xmp
        self.exif = exif
        self.iptc = iptc
        self.colorimetry = colorimetry
        self.sourceFormat = sourceFormat
        self.sourceBitDepth = sourceBitDepth
        self.isPartial = isPartial
        self.losses = losses
    }
}
