import CImageCodecs
import Files
import Memory

extension Image {
    /// An image file of any ``ImageFormat``; see ``read(_:limits:allowPartial:)``.
    ///
    /// - Throws: ``ImageError``.
    public init(contentsOf path: String) throws { self = try Image.read(path) }

    /// Reads an image file of any ``ImageFormat``, whatever its name, and applies the EXIF orientation.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limits: the largest file and image that are read.
    ///   - allowPartial: returns the readable part of a truncated or damaged image, with ``ImageMetadata/isPartial``
    ///     set, instead of an error.
    /// - Throws: ``ImageError``.
    public static func read(
        _ path: String, limits: ImageLimits = .standard, allowPartial: Bool = false
    ) throws -> Image {
        let bytes = try ImageError.naming(path) {
            try ImageError.ofFiles { try InputFile(path).readAll(limit: limits.maxBytes) }
        }
        return try decode(bytes, name: path, limits: limits, allowPartial: allowPartial)
    }

    /// Decodes the bytes of an image file; see ``read(_:limits:allowPartial:)``. Errors contain the name.
    public static func decode(
        _ bytes: [UInt8], name: String, limits: ImageLimits = .standard, allowPartial: Bool = false
    ) throws -> Image {
        try bytes.withUnsafeBytes { try decode($0, name: name, limits: limits, allowPartial: allowPartial) }
    }

    /// Decodes the bytes of an image file; see ``read(_:limits:allowPartial:)``.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, name: String, limits: ImageLimits = .standard, allowPartial: Bool = false
    ) throws -> Image {
        let format = try recognizedFormat(of: bytes, name: name)
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        var status = codec_status()
        var codecLimits = limits.forCodec
        guard let reader = codec_open(format.forCodec, start, bytes.count, &codecLimits, allowPartial, &status)
        else {
            throw ImageError(status, file: name)
        }
        defer { codec_close(reader) }
        let info = codec_get_info(reader).pointee
        var isPartial = false
        let samples = try ImageError.naming(name) {
            try MemoryRoom.now.check(Int(clamping: info.decoding_bytes))
            return try Samples(allocating: Int(info.pixel_bytes), bits: Int(info.bits)) { pixels in
                guard codec_decode(reader, pixels, &isPartial, &status) else { throw ImageError(status, file: name) }
            }
        }
        var metadata = ImageMetadata(info, format: format, reader: reader)
        metadata.noteDamage(codec_get_info(reader).pointee.losses)
        metadata.isPartial = isPartial
        return Image(
            width: Int(info.width), height: Int(info.height), channels: Int(info.channels), samples: samples,
            metadata: metadata)
    }

    /// The format, or an error that says what the bytes are instead.
    static func recognizedFormat(of bytes: UnsafeRawBufferPointer, name: String) throws -> ImageFormat {
        if let format = ImageFormat.sniff(bytes) {
            guard format.isRead else { throw ImageError.unsupported(file: name, reason: format.missingLibrary) }
            return format
        }
        let start = Array(bytes.prefix(64))
        if start.isEmpty { throw ImageError.notAnImage(file: name, reason: "the file is empty") }
        if let words = Placeholder.words(for: start) { throw ImageError.notFetched(file: name, reason: words) }
        if let refusal = ForeignImage.refusal(start) { throw ImageError.unsupported(file: name, reason: refusal) }
        throw ImageError.notAnImage(file: name, reason: "it begins like none of \(ImageFormat.names)")
    }
}
