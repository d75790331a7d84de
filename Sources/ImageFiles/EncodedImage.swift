import CImageCodecs

/// The information for an encoder besides the pixels.
struct EncodedImage {
    var width: Int
    var height: Int
    var channels: Int
    var bitDepth: Int
    var metadata: ImageMetadata

    init(width: Int, height: Int, channels: Int, bitDepth: Int, metadata: ImageMetadata) {
        (self.width, self.height, self.channels) = (width, height, channels)
        (self.bitDepth, self.metadata) = (bitDepth, metadata)
    }

    init(_ image: Image) {
        self.init(
            width: image.width, height: image.height, channels: image.channels, bitDepth: image.bitDepth,
            metadata: image.metadata)
    }

    /// Lends everything but the pixels to an encoder.
    func withCodecImage<Result>(
        texts: [EncodedText], _ body: (inout codec_image) throws -> Result
    ) rethrows -> Result {
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
        let arena = Array(texts.map { $0.keyword + [0] + $0.value }.joined())
        return try profile.withUnsafeBufferPointer { profile in
            try packet.withUnsafeBufferPointer { packet in
                try arena.withUnsafeBufferPointer { arena in
                    if !profile.isEmpty {
                        image.icc = profile.baseAddress
                        image.icc_size = profile.count
                    }
                    if packet.count > 1 {
                        image.xmp = packet.baseAddress
                        image.xmp_size = packet.count - 1
                    }
                    var offset = 0
                    let entries = texts.map { text in
                        defer { offset += text.keyword.count + 1 + text.value.count }
                        let keyword = arena.baseAddress.map {
                            UnsafeRawPointer($0 + offset).assumingMemoryBound(to: CChar.self)
                        }
                        return codec_text(
                            keyword: keyword, value: keyword.map { $0 + text.keyword.count + 1 },
                            value_size: text.value.count, is_utf8: text.isUTF8)
                    }
                    return try entries.withUnsafeBufferPointer { entries in
                        image.texts = entries.baseAddress
                        image.text_count = entries.count
                        return try body(&image)
                    }
                }
            }
        }
    }
}

/// A text as the bytes in a file.
struct EncodedText {
    let keyword: [UInt8]
    let value: [UInt8]
    let isUTF8: Bool

    /// Uses Latin-1 if possible. A keyword that PNG does not allow is reduced to the allowed characters, or the text is
    /// left out.
    init?(png text: ImageMetadata.Text) {
        let printable = text.keyword.unicodeScalars.filter {
            (32...126).contains($0.value) || (161...255).contains($0.value)
        }
        let words = String(String.UnicodeScalarView(printable)).split(separator: " ").joined(separator: " ")
        let keyword = words.unicodeScalars.prefix(79).map { UInt8($0.value) }
        guard !keyword.isEmpty else { return nil }
        self.keyword = keyword
        let isLatin1 = text.value.unicodeScalars.allSatisfy {
            $0 == "\n" || (32...126).contains($0.value) || (160...255).contains($0.value)
        }
        isUTF8 = !isLatin1
        value =
            isLatin1
            ? text.value.unicodeScalars.map { UInt8($0.value) }
            : Array(text.value.utf8.filter { $0 != 0 })
    }

    static func list(png metadata: ImageMetadata) -> [EncodedText] { metadata.text.compactMap(EncodedText.init(png:)) }

    static func list(jpeg metadata: ImageMetadata) -> [EncodedText] { metadata.text.map(EncodedText.init(jpeg:)) }

    /// A plain comment stays one; anything else becomes "keyword: value".
    init(jpeg text: ImageMetadata.Text) {
        keyword = text.keyword == ImageMetadata.Text.comment ? [] : Array(text.keyword.utf8.prefix(79))
        value = Array(text.value.utf8)
        isUTF8 = true
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

extension EncodingOptions.PNG {
    func forCodec(name: String) throws -> codec_png_options {
        guard (0...9).contains(compression) else {
            throw ImageError.unsupported(file: name, reason: "compression \(compression); 0 to 9 exist")
        }
        if let bitDepth, bitDepth != 8, bitDepth != 16 {
            throw ImageError.unsupported(file: name, reason: "a PNG of \(bitDepth) bits; 8 and 16 are written")
        }
        return codec_png_options(compression: Int32(compression), filter: Int32(filter.rawValue))
    }
}

extension EncodingOptions.JPEG {
    func forCodec(width: Int, height: Int, name: String) throws -> codec_jpeg_options {
        guard (1...100).contains(quality) else {
            throw ImageError.unsupported(file: name, reason: "JPEG quality \(quality); 1 to 100 exist")
        }
        guard max(width, height) <= 65500 else {
            throw ImageError.unsupported(file: name, reason: "\(width) x \(height) pixels; a JPEG holds 65500")
        }
        let (horizontal, vertical): (Int32, Int32) =
            switch subsampling {
            case .s444: (1, 1)
            case .s422: (2, 1)
            case .s440: (1, 2)
            case .s420: (2, 2)
            case .s411: (4, 1)
            }
        // Optimized Huffman tables need all coefficients in memory.
        return codec_jpeg_options(
            quality: Int32(quality), horizontal: horizontal, vertical: vertical, progressive: progressive,
            optimized: width * height <= 1 << 24)
    }
}

extension codec_colorimetry {
    fileprivate init(_ colors: ImageMetadata.Colorimetry?) {
        self.init()
        rendering_intent = colors?.renderingIntent.map { Int32(clamping: $0) } ?? -1
        if rendering_intent > 3 { rendering_intent = -1 }
        gamma = UInt32(clamping: colors?.gamma ?? 0)
        guard let values = colors?.chromaticities, values.count == 8 else { return }
        has_chromaticities = true
        withUnsafeMutableBytes(of: &chromaticities) { target in
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }
}
