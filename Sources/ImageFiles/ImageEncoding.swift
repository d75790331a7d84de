import CImageCodecs
import Files

extension Image {
    /// The image as the bytes of a file, with the metadata that the format supports; ``losses(as:)`` lists the others.
    /// The orientation is in the pixels. Errors contain the name.
    ///
    /// - Throws: ``ImageError``: unsupported for invalid options and for sizes that the format does not support.
    public func encoded(as options: EncodingOptions, name: String = "image") throws -> [UInt8] {
        let image = options.layout(channels: channels, bitDepth: bitDepth).stored(self)
        return try EncodedImage(options.format, image).withCodecImage { codecImage in
            try image.samples.withUnsafeBytes { pixels in
                codecImage.pixels = pixels.baseAddress
                var block: UnsafeMutablePointer<UInt8>?
                var count = 0
                var status = codec_status()
                guard try options.encode(&codecImage, &block, &count, &status, name: name) else {
                    throw ImageError(status, file: name)
                }
                defer { codec_free(block) }
                return Array(UnsafeBufferPointer(start: block, count: count))
            }
        }
    }

    /// What a file of that kind does not hold of the metadata. Pixels are another matter: a JPEG has neither alpha nor
    /// 16 bits, a WebP has 8 bits.
    public func losses(as options: EncodingOptions) -> [ImageLoss] {
        let stored = options.layout(channels: channels, bitDepth: bitDepth)
        return FittedMetadata(
            metadata, options.format, width: width, height: height, channels: stored.channels, bitDepth: stored.bitDepth
        ).losses
    }

    /// Writes an image file, first under a temporary name in the same folder, so that it never appears incomplete.
    ///
    /// - Parameters:
    ///   - path: the file. One that exists is replaced.
    ///   - options: when `nil`, the defaults of the format that the extension names.
    /// - Throws: ``ImageError``.
    public func write(to path: String, options: EncodingOptions? = nil) throws {
        guard let chosen = options ?? ImageFormat(writtenPath: path).map(EncodingOptions.init) else {
            throw ImageError.unsupported(
                file: path, reason: "the name must end in \(ImageFormat.writtenEndings)")
        }
        let bytes = try encoded(as: chosen, name: path)
        try ImageError.ofFiles { try AtomicFile.write(bytes, to: path, .contents) }
    }
}
