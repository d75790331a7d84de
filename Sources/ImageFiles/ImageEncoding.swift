import CImageCodecs

extension Image {
    /// The picture as the bytes of a file, with its metadata as far as the format can hold them. The orientation is
    /// in the pixels; no EXIF is written.
    ///
    /// - Parameter name: what errors call the picture.
    /// - Throws: ``ImageError``: unsupported for impossible choices and for sizes the format cannot hold.
    public func encoded(as options: EncodingOptions, name: String = "picture") throws -> [UInt8] {
        switch options {
        case .png(let choices): try encodedPNG(choices, name: name)
        case .jpeg(let choices): try encodedJPEG(choices, name: name)
        }
    }

    /// Writes a picture file: under a temporary name in the same folder first, so that nobody ever sees half a file.
    ///
    /// - Parameter options: when `nil`, the defaults of the format that the extension names.
    /// - Throws: ``ImageError``.
    public func write(to path: String, options: EncodingOptions? = nil) throws {
        guard let chosen = options ?? ImageFormat(path: path).map(EncodingOptions.init) else {
            let known = ImageFormat.allCases.map { "." + $0.fileExtension }.joined(separator: " and ")
            throw ImageError.unsupported(file: path, reason: "the name has to end in \(known)")
        }
        try OutputFile.write(encoded(as: chosen, name: path), to: path)
    }

    private func encodedPNG(_ choices: EncodingOptions.PNG, name: String) throws -> [UInt8] {
        guard (0...9).contains(choices.compression) else {
            throw ImageError.unsupported(file: name, reason: "compression \(choices.compression); 0 to 9 exist")
        }
        let picture: Image
        switch choices.bitDepth {
        case nil: picture = self
        case 8: picture = converted8()
        case 16: picture = converted16()
        case let depth?:
            throw ImageError.unsupported(file: name, reason: "a PNG of \(depth) bits; 8 and 16 are written")
        }
        var codecOptions = codec_png_options(
            compression: Int32(choices.compression), filter: Int32(choices.filter.rawValue))
        return try picture.withCodecPicture(texts: metadata.text.compactMap(EncodedText.init(png:))) {
            codecPicture in
            try collect(name: name) { codec_encode_png(&codecPicture, &codecOptions, $0, $1, $2) }
        }
    }

    private func encodedJPEG(_ choices: EncodingOptions.JPEG, name: String) throws -> [UInt8] {
        guard (1...100).contains(choices.quality) else {
            throw ImageError.unsupported(file: name, reason: "JPEG quality \(choices.quality); 1 to 100 exist")
        }
        guard max(width, height) <= 65500 else {
            throw ImageError.unsupported(file: name, reason: "\(width) x \(height) pixels; a JPEG holds 65500")
        }
        let background = choices.background
        let picture = flattened8(on: (background.red, background.green, background.blue))
        let (horizontal, vertical): (Int32, Int32) =
            switch choices.subsampling {
            case .s444: (1, 1)
            case .s422: (2, 1)
            case .s440: (1, 2)
            case .s420: (2, 2)
            case .s411: (4, 1)
            }
        // Huffman tables of the picture's own need all of its coefficients in memory.
        var codecOptions = codec_jpeg_options(
            quality: Int32(choices.quality), horizontal: horizontal, vertical: vertical,
            progressive: choices.progressive, optimized: width * height <= 1 << 24)
        return try picture.withCodecPicture(texts: metadata.text.map(EncodedText.init(jpeg:))) { codecPicture in
            try collect(name: name) { codec_encode_jpeg(&codecPicture, &codecOptions, $0, $1, $2) }
        }
    }

    private func collect(
        name: String,
        _ encode: (
            UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, UnsafeMutablePointer<Int>,
            UnsafeMutablePointer<codec_status>
        ) -> Bool
    ) throws -> [UInt8] {
        var block: UnsafeMutablePointer<UInt8>?
        var count = 0
        var status = codec_status()
        guard encode(&block, &count, &status) else { throw ImageError(status, file: name) }
        defer { codec_free(block) }
        return Array(UnsafeBufferPointer(start: block, count: count))
    }

    /// Lends the picture to an encoder.
    private func withCodecPicture<Result>(
        texts: [EncodedText], _ body: (inout codec_picture) throws -> Result
    ) rethrows -> Result {
        var picture = codec_picture()
        picture.width = UInt32(width)
        picture.height = UInt32(height)
        picture.channels = Int32(channels)
        picture.bits = Int32(bitDepth)
        if let density = metadata.density {
            picture.density_x = density.x
            picture.density_y = density.y
        }
        picture.colorimetry = codec_colorimetry(metadata.colorimetry)
        let profile = metadata.iccProfile ?? []
        let packet = Array((metadata.xmp ?? "").utf8CString)
        let arena = Array(texts.map { $0.keyword + [0] + $0.value }.joined())
        return try samples.withUnsafeBytes { pixels in
            try profile.withUnsafeBufferPointer { profile in
                try packet.withUnsafeBufferPointer { packet in
                    try arena.withUnsafeBufferPointer { arena in
                        picture.pixels = pixels.baseAddress
                        if !profile.isEmpty {
                            picture.icc = profile.baseAddress
                            picture.icc_size = profile.count
                        }
                        if packet.count > 1 {
                            picture.xmp = packet.baseAddress
                            picture.xmp_size = packet.count - 1
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
                            picture.texts = entries.baseAddress
                            picture.text_count = entries.count
                            return try body(&picture)
                        }
                    }
                }
            }
        }
    }
}

/// A text in the bytes that a file holds.
private struct EncodedText {
    let keyword: [UInt8]
    let value: [UInt8]
    let isUTF8: Bool

    /// Latin-1 where it suffices. A keyword that PNG does not allow is cut to what it does, or the text is left out.
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

    /// A plain comment stays one; anything else becomes "keyword: value".
    init(jpeg text: ImageMetadata.Text) {
        keyword = text.keyword == ImageMetadata.Text.comment ? [] : Array(text.keyword.utf8.prefix(79))
        value = Array(text.value.utf8)
        isUTF8 = true
    }
}

extension Image.Samples {
    fileprivate func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
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
        guard let values = colors?.chromaticities, values.count == 8 else { return }
        has_chromaticities = true
        withUnsafeMutableBytes(of: &chromaticities) { target in
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }
}
