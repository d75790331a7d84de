import CImageCodecs
import Files

/// An image file that is written row by row, so that memory grows with its width only. The file gets its name when it
/// is complete. A writer that is released earlier leaves nothing behind.
///
/// A progressive JPEG and a WebP are held in memory until the end; so is a TIFF that goes to a stream.
package final class ImageRowWriter {
    private let path: String
    private let sink: FileSink
    private let writer: OpaquePointer
    private let outline: EncodedImage
    private let layout: StoredLayout
    private var row = 0

    /// What the file will not hold of the metadata.
    package var losses: [ImageLoss] { outline.losses }

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: the file. One that exists is replaced when the last row is written.
    ///   - options: the format.
    ///   - width: pixels in a row.
    ///   - height: the number of rows.
    ///   - channels: of the rows; alpha is flattened for JPEG.
    ///   - bitDepth: of the rows, 8 or 16; the file has the depth of the options, or else this one.
    ///   - metadata: the metadata.
    /// - Throws: ``ImageError``: unsupported for invalid options and for sizes that the format does not support.
    package init(
        _ path: String, options: EncodingOptions, width: Int, height: Int, channels: Int, bitDepth: Int,
        metadata: ImageMetadata
    ) throws {
        self.path = path
        layout = options.layout(channels: channels, bitDepth: bitDepth)
        outline = EncodedImage(
            options.format, width: width, height: height, channels: layout.channels, bitDepth: layout.bitDepth,
            metadata: metadata)
        var status = codec_status()
        let sink = FileSink(try ImageError.ofFiles { try AtomicFile(path) })
        let codecSink = codec_sink(
            write: { context, bytes, count in
                guard let context else { return false }
                return Unmanaged<FileSink>.fromOpaque(context).takeUnretainedValue()
                    .write(UnsafeRawBufferPointer(start: bytes, count: count))
            },
            context: Unmanaged.passUnretained(sink).toOpaque(),
            overwrite: !sink.file.canOverwrite
                ? nil
                : { context, offset, bytes, count in
                    guard let context else { return false }
                    return Unmanaged<FileSink>.fromOpaque(context).takeUnretainedValue()
                        .overwrite(UnsafeRawBufferPointer(start: bytes, count: count), at: Int(offset))
                })
        let opened = try outline.withCodecImage { image in
            try options.openWriter(&image, codecSink, &status, name: path)
        }
        self.sink = sink
        guard let opened else { throw sink.failure ?? ImageError(status, file: path) }
        writer = opened
    }

    deinit { codec_close_writer(writer) }

    /// Writes the next rows, which have the width, channels and depth that were announced.
    ///
    /// - Throws: ``ImageError``.
    package func append(_ rows: Image) throws {
        precondition(
            rows.width == outline.width && row + rows.height <= outline.height,
            "ImageRowWriter: rows \(row) to \(row + rows.height) of \(outline.height)")
        let isConverted = layout.background != nil || rows.bitDepth != layout.bitDepth
        guard isConverted, rows.height > Self.convertedRows else { return try write(rows) }
        for start in stride(from: 0, to: rows.height, by: Self.convertedRows) {
            try write(rows.rows(start..<min(start + Self.convertedRows, rows.height)))
        }
    }

    /// Rows that are converted at a time, so that this takes little memory.
    private static let convertedRows = 64

    private func write(_ rows: Image) throws {
        let part = layout.stored(rows)
        precondition(part.channels == outline.channels, "ImageRowWriter: rows of \(rows.channels) channels")
        var status = codec_status()
        let isWritten = part.samples.withUnsafeBytes {
            codec_write_rows(writer, $0.baseAddress, UInt32(part.height), &status)
        }
        guard isWritten else { throw sink.failure ?? ImageError(status, file: path) }
        row += rows.height
    }

    /// Gives the file its name after all rows are written.
    ///
    /// - Returns: bytes in the file.
    /// - Throws: ``ImageError``.
    @discardableResult package func finish() throws -> Int {
        precondition(row == outline.height, "ImageRowWriter: finished after \(row) of \(outline.height) rows")
        var status = codec_status()
        guard codec_finish(writer, &status) else { throw sink.failure ?? ImageError(status, file: path) }
        try ImageError.ofFiles { try sink.file.commit(.contents) }
        return sink.count
    }
}

/// The file that the encoder writes, and its error, if any.
private final class FileSink {
    let file: AtomicFile
    private(set) var count = 0
    private(set) var failure: (any Error)?

    init(_ file: AtomicFile) { self.file = file }

    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let isWritten = keepFailure { try file.write(bytes) }
        if isWritten { count += bytes.count }
        return isWritten
    }

    func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        keepFailure { try file.overwrite(bytes, at: offset) }
    }

    private func keepFailure(_ body: () throws -> Void) -> Bool {
        do {
            try ImageError.ofFiles(body)
            return true
        } catch {
            failure = error
            return false
        }
    }
}
