import CImageCodecs
import Files

/// The decoder in C with the file that it reads from.
final class RowDecoder {
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

    /// What the file says beside its pixels.
    var metadata: ImageMetadata { ImageMetadata(info, format: format, reader: reader) }
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
