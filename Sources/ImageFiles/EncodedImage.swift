import CImageCodecs

/// The information for an encoder besides the pixels.
struct EncodedImage {
    let width: Int
    let height: Int
    let channels: Int
    let bitDepth: Int
    private let fitted: FittedMetadata

    /// What the file will not hold of the metadata.
    var losses: [ImageLoss] { fitted.losses }

    init(
        _ format: ImageFormat, width: Int, height: Int, channels: Int, bitDepth: Int, metadata: ImageMetadata
    ) {
        (self.width, self.height, self.channels, self.bitDepth) = (width, height, channels, bitDepth)
        fitted = FittedMetadata(
            metadata, format, width: width, height: height, channels: channels, bitDepth: bitDepth)
    }

    init(_ format: ImageFormat, _ image: Image) {
        self.init(
            format, width: image.width, height: image.height, channels: image.channels, bitDepth: image.bitDepth,
            metadata: image.metadata)
    }

    /// Lends everything but the pixels to an encoder.
    func withCodecImage<Result>(_ body: (inout codec_image) throws -> Result) rethrows -> Result {
        let (metadata, texts) = (fitted.metadata, fitted.texts)
        var image = codec_image()
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.channels = Int32(channels)
        image.bits = Int32(bitDepth)
        if let density = metadata.density {
            image.density_x = density.x
            image.density_y = density.y
        }
        image.colorimetry = codec_colorimetry(metadata.colorimetry)
        let profile = metadata.iccProfile ?? []
        let packet = Array((metadata.xmp ?? "").utf8CString)
        let (exif, resources) = (metadata.exif ?? [], metadata.iptc.map(IPTCFields.resources) ?? [])
        let arena = Array(texts.map { $0.keyword + [0] + $0.value }.joined())
        return try profile.withUnsafeBufferPointer { profile in
            try packet.withUnsafeBufferPointer { packet in
                if !profile.isEmpty { (image.icc, image.icc_size) = (profile.baseAddress, profile.count) }
                if packet.count > 1 { (image.xmp, image.xmp_size) = (packet.baseAddress, packet.count - 1) }
                return try exif.withUnsafeBufferPointer { exif in
                    try resources.withUnsafeBufferPointer { resources in
                        if !exif.isEmpty { (image.exif, image.exif_size) = (exif.baseAddress, exif.count) }
                        if !resources.isEmpty {
                            (image.resources, image.resources_size) = (resources.baseAddress, resources.count)
                        }
                        return try arena.withUnsafeBufferPointer { arena in
                            try Self.entries(texts, in: arena).withUnsafeBufferPointer { entries in
                                (image.texts, image.text_count) = (entries.baseAddress, entries.count)
                                return try body(&image)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Texts whose keywords and values lie in the arena one after the other.
    private static func entries(_ texts: [EncodedText], in arena: UnsafeBufferPointer<UInt8>) -> [codec_text] {
        var offset = 0
        return texts.map { text in
            defer { offset += text.keyword.count + 1 + text.value.count }
            let keyword = arena.baseAddress.map { UnsafeRawPointer($0 + offset).assumingMemoryBound(to: CChar.self) }
            return codec_text(
                keyword: keyword, value: keyword.map { $0 + text.keyword.count + 1 }, value_size: text.value.count,
                is_utf8: text.isUTF8)
        }
    }
}

extension Image.Samples {
    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self {
        case .bits8(let samples): try samples.withUnsafeBytes(body)
        case .bits16(let samples): try samples.withUnsafeBytes(body)
        }
    }
}

extension codec_colorimetry {
    fileprivate init(_ colors: ImageMetadata.Colorimetry?) {
        self.init()
        rendering_intent = colors?.renderingIntent.map { Int32(clamping: $0) } ?? -1
        if rendering_intent > 3 { rendering_intent = -1 }
        gamma = UInt32(clamping: colors?.gamma ?? 0)
        if let points = colors?.codePoints, points.count == 4 {
            has_code_points = true
            withUnsafeMutableBytes(of: &code_points) { $0.copyBytes(from: points) }
        }
        guard let values = colors?.chromaticities, values.count == 8 else { return }
        has_chromaticities = true
        withUnsafeMutableBytes(of: &chromaticities) { target in
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }
}
