import Files

/// Writes an animated WebP.
package final class AnimatedWebPWriter: AnimationWriter {
    private let path: String
    private let plays: Int
    private let options: EncodingOptions.WebP
    private let file: AtomicFile
    private var clock = FrameClock(parts: 1000)
    private var before: Image?
    private var count = 0
    /// What a file that cannot be overwritten consists of so far.
    private var held: [UInt8] = []
    /// Chunks that come after the frames.
    private var trailer: [[UInt8]] = []

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - plays: how often the animation plays; 0 for without end.
    ///   - options: how frames are packed.
    /// - Throws: ``ImageError`` if the file cannot be created.
    package init(_ path: String, plays: Int, options: EncodingOptions.WebP) throws {
        (self.path, self.plays, self.options) = (path, plays, options)
        file = try ImageError.ofFiles { try AtomicFile(path) }
    }

    package func add(_ frame: AnimationFrame) throws {
        let image = frame.image
        let isFirst = before == nil
        if let before, ImageOutline(before) != ImageOutline(image) {
            throw ImageError.unsupported(file: path, reason: "all frames of an animation need one size and kind")
        }
        var rows = image.changedRows(since: before)
        // Places are even.
        rows = rows.lowerBound & ~1..<rows.upperBound
        var part = isFirst ? image : image.rows(rows)
        if isFirst { part.metadata = image.metadata }
        let chunks = WebPChunks.all(in: try part.encoded(as: .webp(options), name: path))
        if isFirst { try begin(image, chunks) }
        let pixels = chunks.filter { ["ALPH", "VP8 ", "VP8L"].contains($0.type) }.flatMap(\.chunk)
        // Its place, its size, its time, and that it replaces what is there.
        let head =
            WebPChunks.number(0, 3) + WebPChunks.number(rows.lowerBound / 2, 3) + WebPChunks.number(part.width - 1, 3)
            + WebPChunks.number(part.height - 1, 3)
            + WebPChunks.number(min(clock.next(frame.duration), 1 << 24 - 1), 3) + [2]
        try write(WebPChunks.chunk("ANMF", head + pixels))
        before = image
    }

    package func finish() throws -> Int {
        for chunk in trailer { try write(chunk) }
        guard count - 8 <= UInt32.max else {
            throw ImageError.tooLarge(file: path, reason: "\(count) bytes; a WebP holds 4 GB")
        }
        let length = UInt32(count - 8).littleBytes
        try ImageError.ofFiles {
            if file.canOverwrite {
                try length.withUnsafeBytes { try file.overwrite($0, at: 4) }
            } else {
                held.replaceSubrange(4..<8, with: length)
                try held.withUnsafeBytes { try file.write($0) }
            }
            try file.commit(.contents)
        }
        return count
    }

    private func begin(_ image: Image, _ chunks: [(type: String, chunk: [UInt8])]) throws {
        func named(_ type: String) -> [[UInt8]] { chunks.filter { $0.type == type }.map(\.chunk) }
        let (profile, exif, packet) = (named("ICCP"), named("EXIF"), named("XMP "))
        var flags: UInt8 = 2
        if image.hasAlpha { flags |= 0x10 }
        if !profile.isEmpty { flags |= 0x20 }
        if !exif.isEmpty { flags |= 0x08 }
        if !packet.isEmpty { flags |= 0x04 }
        trailer = exif + packet
        let control = WebPChunks.chunk("ANIM", [0, 0, 0, 0] + WebPChunks.number(min(plays, 65_535), 2))
        try write(
            WebPChunks.file(
                [WebPChunks.extended(flags, width: image.width, height: image.height)] + profile + [control]))
    }

    private func write(_ bytes: [UInt8]) throws {
        count += bytes.count
        guard file.canOverwrite else {
            held += bytes
            return
        }
        try ImageError.ofFiles { try bytes.withUnsafeBytes { try file.write($0) } }
    }
}
