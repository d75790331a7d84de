import Files

/// Writes an animated PNG file (APNG, part of the third edition of PNG): frames of one size and kind, one after the
/// other. Programs that know no animations show the first frame. The file appears when it is complete.
///
///     let writer = try AnimatedPNGWriter("loop.png", frames: images.count, milliseconds: 40)
///     for image in images { try writer.add(image) }
///     try writer.finish()
public final class AnimatedPNGWriter {
    /// How many frames there are.
    public let frames: Int
    private let path: String
    private let duration: AnimationDuration
    private let plays: Int
    private let options: EncodingOptions.PNG
    private let file: AtomicFile
    /// The image header of the first frame, which all frames share.
    private var header: ArraySlice<UInt8>?
    private var before: Image?
    private var bytes = 0
    private var added = 0
    /// Numbers `fcTL` and `fdAT` chunks.
    private var sequence: UInt32 = 0

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - frames: how many frames will be added, at least one.
    ///   - milliseconds: how long each frame is shown, from 1 to 65535.
    ///   - plays: how often the animation plays; 0 for without end.
    ///   - options: how frames are compressed.
    /// - Throws: ``ImageError`` if the file cannot be created.
    public init(
        _ path: String, frames: Int, milliseconds: Int = 40, plays: Int = 0,
        options: EncodingOptions.PNG = EncodingOptions.PNG()
    ) throws {
        precondition(frames > 0 && (1...65_535).contains(milliseconds) && plays >= 0, "AnimatedPNGWriter: settings")
        (self.path, self.frames, duration) = (path, frames, AnimationDuration(milliseconds: milliseconds))
        (self.plays, self.options) = (plays, options)
        file = try ImageError.ofFiles { try AtomicFile(path) }
    }

    /// Adds the next frame. The metadata of the first frame become those of the file.
    ///
    /// - Throws: ``ImageError``: unsupported for a frame of another size or kind than the first.
    public func add(_ image: Image) throws { try add(AnimationFrame(image, duration: duration)) }

    /// Adds the next frame. Of a frame like the one before, only the rows that differ are written.
    ///
    /// - Throws: ``ImageError``: unsupported for a frame of another size or kind than the first.
    public func add(_ frame: AnimationFrame) throws {
        precondition(added < frames, "AnimatedPNGWriter: more than \(frames) frames")
        let image = frame.image
        let isFirst = header == nil
        let rows = image.changedRows(since: before)
        let part = rows.count == image.height ? image : image.rows(rows)
        let chunks = PNGChunk.all(in: try part.encoded(as: .png(options), name: path))
        guard let own = chunks.first?.content else { return }
        // The depth and the kind of the pixels follow their size.
        let isAlike = before.map { ImageOutline($0) == ImageOutline(image) } ?? true
        guard isAlike, header.map({ $0.dropFirst(8) == own.dropFirst(8) }) ?? true else {
            throw ImageError.unsupported(
                file: path, reason: "all frames of an animation need the size and the channels of the first one")
        }
        if isFirst {
            header = own
            try write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            try write(PNGChunk("IHDR", own).bytes)
            try write(PNGChunk("acTL", (UInt32(frames).bigBytes + UInt32(plays).bigBytes)[...]).bytes)
            for chunk in chunks.dropFirst() where chunk.type != "IDAT" && chunk.type != "IEND" {
                try write(chunk.bytes)
            }
        }
        before = image
        // Width, height, place, duration; the frame replaces what is there.
        let control =
            nextNumber() + own.prefix(8) + UInt32(0).bigBytes + UInt32(rows.lowerBound).bigBytes
            + UInt16(frame.duration.numerator).bigBytes + UInt16(frame.duration.denominator).bigBytes + [0, 0]
        try write(PNGChunk("fcTL", control[...]).bytes)
        for chunk in chunks where chunk.type == "IDAT" {
            try write(isFirst ? chunk.bytes : PNGChunk("fdAT", (nextNumber() + chunk.content)[...]).bytes)
        }
        added += 1
    }

    /// Ends the file and gives it its name.
    ///
    /// - Returns: bytes in the file.
    /// - Throws: ``ImageError``.
    @discardableResult public func finish() throws -> Int {
        precondition(added == frames, "AnimatedPNGWriter: \(added) of \(frames) frames")
        try write(PNGChunk("IEND", []).bytes)
        try ImageError.ofFiles { try file.commit() }
        return bytes
    }

    private func nextNumber() -> [UInt8] {
        defer { sequence += 1 }
        return sequence.bigBytes
    }

    private func write(_ bytes: [UInt8]) throws {
        self.bytes += bytes.count
        try ImageError.ofFiles { try bytes.withUnsafeBytes { try file.write($0) } }
    }
}

extension AnimatedPNGWriter: AnimationWriter {}

/// A part of a PNG file.
struct PNGChunk {
    /// Four letters.
    let type: String
    let content: ArraySlice<UInt8>

    init(_ type: String, _ content: ArraySlice<UInt8>) { (self.type, self.content) = (type, content) }

    /// The chunks of a whole file.
    static func all(in file: [UInt8]) -> [PNGChunk] {
        var (chunks, place) = ([PNGChunk](), 8)
        while place + 12 <= file.count {
            let count = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard place + 12 + count <= file.count else { break }
            let type = String(decoding: file[place + 4..<place + 8], as: UTF8.self)
            chunks.append(PNGChunk(type, file[place + 8..<place + 8 + count]))
            place += 12 + count
        }
        return chunks
    }

    /// Length, type, content and checksum.
    var bytes: [UInt8] {
        let body = Array(type.utf8) + content
        return UInt32(content.count).bigBytes + body + checksum(body).bigBytes
    }
}
