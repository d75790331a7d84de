import CImageCodecs
import Files

extension Image {
    /// An image file, PNG or JPEG; see ``read(_:limits:allowPartial:)``.
    ///
    /// - Throws: ``ImageError``.
    public init(contentsOf path: String) throws { self = try Image.read(path) }

    /// Reads a PNG or JPEG file, whatever its name, and applies the EXIF orientation.
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
        let bytes = try ImageError.ofFiles { try InputFile(path).readAll(limit: limits.maxBytes) }
        return try decode(bytes, name: path, limits: limits, allowPartial: allowPartial)
    }

    /// Decodes the bytes of a PNG or JPEG file; see ``read(_:limits:allowPartial:)``. Errors contain the name.
    public static func decode(
        _ bytes: [UInt8], name: String, limits: ImageLimits = .standard, allowPartial: Bool = false
    ) throws -> Image {
        try bytes.withUnsafeBytes { try decode($0, name: name, limits: limits, allowPartial: allowPartial) }
    }

    /// Decodes the bytes of a PNG or JPEG file; see ``read(_:limits:allowPartial:)``.
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
        let count = Int(info.pixel_bytes) / (Int(info.bits) / 8)
        var isPartial = false
        func fill(_ pixels: UnsafeMutableRawPointer?) throws {
            guard codec_decode(reader, pixels, &isPartial, &status) else {
                throw ImageError(status, file: name)
            }
        }
        let samples: Samples
        if info.bits == 16 {
            samples = .bits16(
                try [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
                    try fill(buffer.baseAddress)
                    initialized = count
                })
        } else {
            samples = .bits8(
                try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                    try fill(buffer.baseAddress)
                    initialized = count
                })
        }
        var metadata = ImageMetadata(info, format: format)
        metadata.noteDamage(codec_get_info(reader).pointee.losses)
        metadata.isPartial = isPartial
        return Image(
            width: Int(info.width), height: Int(info.height), channels: Int(info.channels), samples: samples,
            metadata: metadata)
    }

    /// The format, or an error that says what the bytes are instead.
    static func recognizedFormat(of bytes: UnsafeRawBufferPointer, name: String) throws -> ImageFormat {
        if let format = ImageFormat.sniff(bytes) { return format }
        let start = Array(bytes.prefix(64))
        if start.isEmpty { throw ImageError.notAnImage(file: name, reason: "the file is empty") }
        if let words = Placeholder.words(for: start) { throw ImageError.notFetched(file: name, reason: words) }
        if let foreign = ImageFormat.sniffForeign(start) {
            throw ImageError.unsupported(file: name, reason: "it is a \(foreign) image; PNG and JPEG are read")
        }
        throw ImageError.notAnImage(file: name, reason: "it begins neither like a PNG nor like a JPEG")
    }
}

extension ImageFormat {
    var forCodec: codec_format {
        switch self {
        case .png: CODEC_PNG
        case .jpeg: CODEC_JPEG
        }
    }
}
