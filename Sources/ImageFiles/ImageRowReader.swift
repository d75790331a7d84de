import CImageCodecs
import Files

/// A PNG or JPEG file that is decoded row by row, so that memory grows with its width only.
///
/// If that is impossible (``ImageHeader/isInOrder``), the whole image is decoded when the first rows are requested.
package final class ImageRowReader: ImageRows {
    /// Pixels in a row.
    package let width: Int
    /// Rows in all.
    package let height: Int
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package let channels: Int
    /// Bits in a sample: 8 or 16.
    package let bitDepth: Int
    /// The metadata; whether rows are missing and chunks are damaged is known at the end.
    package private(set) var metadata: ImageMetadata

    private let path: String
    private let limits: ImageLimits
    private let allowPartial: Bool
    private let decoder: RowDecoder
    private var whole: (any ImageRows)?

    /// Opens the file and reads everything before its pixels.
    ///
    /// - Throws: ``ImageError``.
    package init(_ path: String, limits: ImageLimits = .standard, allowPartial: Bool = false) throws {
        (self.path, self.limits, self.allowPartial) = (path, limits, allowPartial)
        decoder = try ImageError.ofFiles { try RowDecoder(path, limits: limits, allowPartial: allowPartial) }
        let info = decoder.info
        (width, height) = (Int(info.width), Int(info.height))
        (channels, bitDepth) = (Int(info.channels), Int(info.bits))
        metadata = ImageMetadata(info, format: decoder.format)
    }

    /// The next rows: `count` of them, fewer at the end, then nil.
    ///
    /// - Throws: ``ImageError``.
    package func next(_ count: Int) throws -> Image? {
        if !decoder.info.in_order, whole == nil {
            let image = try Image.read(path, limits: limits, allowPartial: allowPartial)
            (metadata.isPartial, metadata.losses) = (image.metadata.isPartial, image.metadata.losses)
            whole = image.rows()
        }
        if let whole { return try whole.next(count) }
        let rows = min(max(count, 1), height - decoder.row)
        guard rows > 0 else { return nil }
        let samples = rows * width * channels
        let filled: Image.Samples
        if bitDepth == 16 {
            filled = .bits16(
                try [UInt16](unsafeUninitializedCapacity: samples) { buffer, initialized in
                    try decoder.fill(buffer.baseAddress, rows: rows)
                    initialized = samples
                })
        } else {
            filled = .bits8(
                try [UInt8](unsafeUninitializedCapacity: samples) { buffer, initialized in
                    try decoder.fill(buffer.baseAddress, rows: rows)
                    initialized = samples
                })
        }
        metadata.isPartial = decoder.isPartial
        if decoder.row == height { metadata.noteDamage(decoder.losses) }
        return Image(width: width, height: rows, channels: channels, samples: filled)
    }
}

/// The decoder in C with the file that it reads from.
private final class RowDecoder {
    let info: codec_info
    let format: ImageFormat
    private(set) var row = 0
    private(set) var isPartial = false
    private let path: String
    private let input: SourceFile
    /// Memory that the decoder refers to.
    private let chunks: UnsafeMutableBufferPointer<UInt8>
    private let source: UnsafeMutablePointer<codec_source>
    private let reader: OpaquePointer

    /// Complete after the last row.
    var losses: codec_losses { codec_get_info(reader).pointee.losses }

    init(_ path: String, limits: ImageLimits, allowPartial: Bool) throws {
        let file = try InputFile(path)
        let start = try file.bytes(at: 0, count: 1 << 16)
        format = try start.withUnsafeBytes { try Image.recognizedFormat(of: $0, name: path) }
        let told = format == .png ? try Image.pngChunksThatTell(in: file, start: start, details: true) : []
        self.path = path
        input = SourceFile(file)
        let chunks = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(told.count, 1))
        _ = chunks.update(fromContentsOf: told)
        let source = UnsafeMutablePointer<codec_source>.allocate(capacity: 1)
        source.initialize(
            to: codec_source(
                read: { context, offset, target, count in
                    guard let context, let target else { return 0 }
                    return Unmanaged<SourceFile>.fromOpaque(context).takeUnretainedValue()
                        .read(at: Int(offset), into: target, count)
                },
                context: Unmanaged.passUnretained(input).toOpaque(), size: UInt64(file.size)))
        var status = codec_status()
        var codecLimits = limits.forCodec
        let opened = codec_open_source(
            format.forCodec, source, chunks.baseAddress, told.count, &codecLimits, allowPartial, &status)
        (self.chunks, self.source) = (chunks, source)
        guard let opened else {
            source.deallocate()
            chunks.deallocate()
            throw input.failure ?? ImageError(status, file: path)
        }
        reader = opened
        info = codec_get_info(opened).pointee
    }

    deinit {
        codec_close(reader)
        source.deallocate()
        chunks.deallocate()
    }

    func fill(_ rows: UnsafeMutableRawPointer?, rows count: Int) throws {
        var status = codec_status()
        guard codec_decode_rows(reader, rows, UInt32(count), &isPartial, &status) else {
            throw input.failure ?? ImageError(status, file: path)
        }
        row += count
    }
}

/// The file that the decoder reads, and its error, if any.
private final class SourceFile {
    private let file: InputFile
    private(set) var failure: (any Error)?

    init(_ file: InputFile) { self.file = file }

    func read(at offset: Int, into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        do {
            return try ImageError.ofFiles {
                try file.read(at: offset, into: UnsafeMutableRawBufferPointer(start: target, count: count))
            }
        } catch {
            failure = error
            return 0
        }
    }
}
