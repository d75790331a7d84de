import CImageCodecs

/// The metadata that a file of some format can hold, and what that leaves out. Encoders refuse none of it.
struct FittedMetadata {
    /// Without the texts.
    var metadata: ImageMetadata
    /// As the file holds them.
    var texts: [EncodedText]
    private(set) var losses: [ImageLoss]

    /// - Parameters:
    ///   - width: of the image in the file, as are the following.
    ///   - height: in pixels.
    ///   - channels: 1 to 4.
    ///   - bitDepth: 8 or 16.
    init(_ metadata: ImageMetadata, _ format: ImageFormat, width: Int, height: Int, channels: Int, bitDepth: Int) {
        self.metadata = metadata
        self.metadata.text = []
        self.metadata.xmp = metadata.xmp.map(XMPPacket.upright)
        var fields = metadata.exif.flatMap { EXIF($0) }
        // A block may hold IPTC's fields, as a TIFF does.
        let inside = fields?.main.removeValue(forKey: EXIF.Tag.iptc)
        self.metadata.iptc = metadata.iptc ?? inside?.bytes
        fields?.main[EXIF.Tag.imageResources] = nil
        fields?.tellUpright()
        fields?.tellSize(width: width, height: height)
        let isBig =
            format == .tiff && codec_tiff_is_big(UInt32(width), UInt32(height), Int32(channels), Int32(bitDepth))
        (texts, losses) = EncodedText.list(metadata.text, for: format, beside: isBig ? nil : fields)
        // A WebP has no gray.
        fitProfile(format, channels: format == .webp ? 3 : channels)
        switch format {
        case .jpeg: fitJPEG()
        case .webp, .tiff: fitFields(format)
        default: fitPNG()
        }
        if isBig, fields != nil || self.metadata.iptc != nil {
            leaveOut(.metadata, "EXIF and IPTC (a TIFF of more than 4 GB gets none)")
            (self.metadata.exif, self.metadata.iptc) = (nil, nil)
        } else {
            fitIPTC(format, &fields)
            fitEXIF(format, fields)
        }
    }

    /// Bytes in the 255 markers that a JPEG has for a profile.
    private static let mostProfile = 255 * 65519
    /// Bytes in the marker that a JPEG has for XMP, behind its name.
    private static let mostXMP = 65504

    mutating func leaveOut(_ kind: ImageLoss.Kind, _ words: String) { losses.append(ImageLoss(kind, words)) }

    private mutating func fitProfile(_ format: ImageFormat, channels: Int) {
        guard let bytes = metadata.iccProfile else { return }
        let profile = ICCProfile(bytes)
        let isTooLong = format == .jpeg && bytes.count > Self.mostProfile
        let flaw = format == .png ? profile.flawInPNG : isTooLong ? "it is too long" : nil
        if let reason = profile.misfit(channels: channels) ?? flaw {
            metadata.iccProfile = nil
            leaveOut(.color, "the color profile (\(reason))")
        } else if format == .png {
            metadata.iccProfile = profile.bytes
        }
    }

    private mutating func fitPNG() {
        guard let density = metadata.density else { return }
        let range = 0.5..<Double(Int32.max) - 1
        if !range.contains(density.x) || !range.contains(density.y) {
            metadata.density = nil
            leaveOut(.metadata, "the density (a PNG does not hold \(density.x) by \(density.y) pixels per meter)")
        }
    }

    private mutating func fitJPEG() {
        if let size = metadata.xmp?.utf8.count, size > Self.mostXMP {
            metadata.xmp = nil
            leaveOut(.metadata, "the XMP packet (it has \(size) bytes; a JPEG holds \(Self.mostXMP))")
        }
        if let density = metadata.density, !Self.holdsJPEG(density) {
            metadata.density = nil
            leaveOut(.metadata, "the density (a JPEG does not hold \(density.x) by \(density.y) pixels per meter)")
        }
        fitColors(.jpeg)
    }

    /// A JPEG, a WebP and a TIFF say nothing of colors beside a profile.
    private mutating func fitColors(_ format: ImageFormat) {
        if let colors = metadata.colorimetry, metadata.iccProfile == nil, !colors.isSRGB {
            leaveOut(.color, "gamma and primaries (a \(format.name) gets color profiles only)")
        }
        metadata.colorimetry = nil
    }

    private mutating func fitFields(_ format: ImageFormat) {
        if let density = metadata.density, !(1...1e7).contains(density.x) || !(1...1e7).contains(density.y) {
            metadata.density = nil
            leaveOut(
                .metadata,
                "the density (a \(format.name) does not hold \(density.x) by \(density.y) pixels per meter)")
        }
        fitColors(format)
    }

    /// Whether the density is from 1 to 65535 in the unit that the encoder takes: dots per inch if those are whole,
    /// otherwise dots per centimeter.
    private static func holdsJPEG(_ density: ImageMetadata.Density) -> Bool {
        let perInch = [density.x * 0.0254, density.y * 0.0254]
        let isWhole = perInch.allSatisfy { abs($0 - $0.rounded()) < 0.02 }
        let stored = isWhole ? perInch : [density.x / 100, density.y / 100]
        return stored.allSatisfy { (1...65535).contains($0.rounded()) }
    }
}

extension ImageMetadata.Colorimetry {
    /// Whether the colors are those that an image without a word about them has.
    fileprivate var isSRGB: Bool {
        if let codePoints { return codePoints.prefix(2).elementsEqual([1, 13]) }
        if renderingIntent != nil { return true }
        let usual: [Int32] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
        let hasUsualGamma = gamma.map { abs($0 - 45455) <= 500 } ?? true
        let hasUsualPrimaries =
            chromaticities.map { own in own.count == 8 && zip(own, usual).allSatisfy { abs(Int($0) - Int($1)) <= 100 } }
            ?? true
        return hasUsualGamma && hasUsualPrimaries
    }
}
