import CImageCodecs
import Files

extension Image {
    /// The image as the bytes of a file, with the metadata that the format supports; ``losses(as:)`` lists the others.
    /// The orientation is in the pixels; no EXIF is written. Errors contain the name.
    ///
    /// - Throws: ``ImageError``: unsupported for invalid options and for sizes that the format does not support.
    public func encoded(as options: EncodingOptions, name: String = "image") throws -> [UInt8] {
        switch options {
        case .png(let choices): try encodedPNG(choices, name: name)
        case .jpeg(let choices): try encodedJPEG(choices, name: name)
        }
    }

    /// What a file of that kind does not hold of the metadata. Pixels are another matter: a JPEG has neither alpha nor
    /// 16 bits.
    public func losses(as options: EncodingOptions) -> [ImageLoss] {
        let format = options.format
        return FittedMetadata(metadata, format, channels: format == .jpeg ? (isGray ? 1 : 3) : channels).losses
    }

    /// Writes an image file, first under a temporary name in the same folder, so that it never appears incomplete.
    ///
    /// - Parameters:
    ///   - path: the file. One that exists is replaced.
    ///   - options: when `nil`, the defaults of the format that the extension names.
    /// - Throws: ``ImageError``.
    public func write(to path: String, options: EncodingOptions? = nil) throws {
        guard let chosen = options ?? ImageFormat(path: path).map(EncodingOptions.init) else {
            let known = ImageFormat.allCases.map { "." + $0.fileExtension }.joined(separator: " or ")
            throw ImageError.unsupported(file: path, reason: "the name must end in \(known)")
        }
        let bytes = try encoded(as: chosen, name: path)
        try ImageError.ofFiles { try AtomicFile.write(bytes, to: path, .contents) }
    }

    private func encodedPNG(_ choices: EncodingOptions.PNG, name: String) throws -> [UInt8] {
        var codecOptions = try choices.forCodec(name: name)
        let image =
            switch choices.bitDepth {
            case 8: converted8()
            case 16: converted16()
            default: self
            }
        return try EncodedImage(.png, image).withCodecImage { codecImage in
            try image.samples.withUnsafeBytes { pixels in
                codecImage.pixels = pixels.baseAddress
                return try collect(name: name) { codec_encode_png(&codecImage, &codecOptions, $0, $1, $2) }
            }
        }
    }

    private func encodedJPEG(_ choices: EncodingOptions.JPEG, name: String) throws -> [UInt8] {
        var codecOptions = try choices.forCodec(width: width, height: height, name: name)
        let background = choices.background
        let image = flattened8(on: (background.red, background.green, background.blue))
        return try EncodedImage(.jpeg, image).withCodecImage { codecImage in
            try image.samples.withUnsafeBytes { pixels in
                codecImage.pixels = pixels.baseAddress
                return try collect(name: name) { codec_encode_jpeg(&codecImage, &codecOptions, $0, $1, $2) }
            }
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
}
