import CImageCodecs

extension EncodingOptions {
    /// Begins a file that gets its rows piece by piece; nil with a status when that fails.
    ///
    /// - Throws: ``ImageError``: unsupported for invalid options and for sizes that the format does not support.
    func openWriter(
        _ image: inout codec_image, _ sink: codec_sink, _ status: inout codec_status, name: String
    ) throws -> OpaquePointer? {
        switch self {
        case .png(let choices):
            var options = try choices.forCodec(name: name)
            return codec_open_png_writer(&image, &options, sink, &status)
        case .jpeg(let choices):
            var options = try choices.forCodec(width: Int(image.width), height: Int(image.height), name: name)
            return codec_open_jpeg_writer(&image, &options, sink, &status)
        case .webp(let choices):
            var options = try choices.forCodec(name: name)
            return codec_open_webp_writer(&image, &options, sink, &status)
        case .tiff(let choices):
            var options = try choices.forCodec(name: name)
            return codec_open_tiff_writer(&image, &options, sink, &status)
        }
    }

    /// Makes a whole file in a block for `codec_free`.
    ///
    /// - Throws: ``ImageError``, as ``openWriter(_:_:_:name:)`` does.
    func encode(
        _ image: inout codec_image, _ block: inout UnsafeMutablePointer<UInt8>?, _ count: inout Int,
        _ status: inout codec_status, name: String
    ) throws -> Bool {
        switch self {
        case .png(let choices):
            var options = try choices.forCodec(name: name)
            return codec_encode_png(&image, &options, &block, &count, &status)
        case .jpeg(let choices):
            var options = try choices.forCodec(width: Int(image.width), height: Int(image.height), name: name)
            return codec_encode_jpeg(&image, &options, &block, &count, &status)
        case .webp(let choices):
            var options = try choices.forCodec(name: name)
            return codec_encode_webp(&image, &options, &block, &count, &status)
        case .tiff(let choices):
            var options = try choices.forCodec(name: name)
            return codec_encode_tiff(&image, &options, &block, &count, &status)
        }
    }
}

/// - Throws: ``ImageError`` for a quality that does not exist.
private func check(quality: Int, of format: ImageFormat, name: String) throws {
    guard (1...100).contains(quality) else {
        throw ImageError.unsupported(file: name, reason: "\(format.name) quality \(quality); 1 to 100 exist")
    }
}

/// - Throws: ``ImageError`` for a depth that is not written.
private func check(bitDepth: Int?, of format: ImageFormat, name: String) throws {
    if let bitDepth, bitDepth != 8, bitDepth != 16 {
        throw ImageError.unsupported(
            file: name, reason: "a \(format.name) of \(bitDepth) bits; 8 and 16 are written")
    }
}

extension EncodingOptions.PNG {
    fileprivate func forCodec(name: String) throws -> codec_png_options {
        guard (0...9).contains(compression) else {
            throw ImageError.unsupported(file: name, reason: "compression \(compression); 0 to 9 exist")
        }
        try check(bitDepth: bitDepth, of: .png, name: name)
        return codec_png_options(compression: Int32(compression), filter: Int32(filter.rawValue))
    }
}

extension EncodingOptions.WebP {
    fileprivate func forCodec(name: String) throws -> codec_webp_options {
        try check(quality: quality, of: .webp, name: name)
        guard (0...6).contains(effort) else {
            throw ImageError.unsupported(file: name, reason: "WebP effort \(effort); 0 to 6 exist")
        }
        return codec_webp_options(quality: Float(quality), lossless: isLossless, effort: Int32(effort))
    }
}

extension EncodingOptions.TIFF {
    fileprivate func forCodec(name: String) throws -> codec_tiff_options {
        try check(quality: quality, of: .tiff, name: name)
        try check(bitDepth: bitDepth, of: .tiff, name: name)
        let scheme =
            switch compression {
            case .none: CODEC_TIFF_NONE
            case .lzw: CODEC_TIFF_LZW
            case .deflate: CODEC_TIFF_DEFLATE
            case .jpeg: CODEC_TIFF_JPEG
            }
        return codec_tiff_options(compression: scheme, quality: Int32(quality))
    }
}

extension EncodingOptions.JPEG {
    fileprivate func forCodec(width: Int, height: Int, name: String) throws -> codec_jpeg_options {
        try check(quality: quality, of: .jpeg, name: name)
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
