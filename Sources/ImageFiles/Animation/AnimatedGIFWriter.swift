import CImageCodecs
import Files

/// Writes an animated GIF. Each frame has a palette of its own. Transparent are pixels that are so by half or more.
package final class AnimatedGIFWriter: AnimationWriter {
    private let path: String
    private let plays: Int
    private let file: AtomicFile
    private var clock = FrameClock(parts: 100)
    private var before: Image?
    private var count = 0

    /// Begins a file.
    ///
    /// - Parameter plays: how often the animation plays; 0 for without end.
    /// - Throws: ``ImageError`` if the file cannot be created.
    package init(_ path: String, plays: Int) throws {
        (self.path, self.plays) = (path, plays)
        file = try ImageError.ofFiles { try AtomicFile(path) }
    }

    package func add(_ frame: AnimationFrame) throws {
        let image = frame.image.converted8()
        if let before {
            guard ImageOutline(before) == ImageOutline(image) else {
                throw ImageError.unsupported(file: path, reason: "all frames of an animation need one size and kind")
            }
        } else {
            try begin(image)
        }
        // With transparency, each frame stands alone: a pixel can be covered, and not cleared, by a later one.
        let rows = image.hasAlpha ? 0..<image.height : image.changedRows(since: before)
        let indexed = IndexedImage(rows.count == image.height ? image : image.rows(rows))
        let delay = min(clock.next(frame.duration), 65_535)
        let flags = (image.hasAlpha ? UInt8(2) << 2 : 1 << 2) | (indexed.transparent == nil ? 0 : 1)
        try write([0x21, 0xF9, 4, flags] + number(delay) + [UInt8(indexed.transparent ?? 0), 0])
        var part = try packed(indexed)
        part.replaceSubrange(3..<5, with: number(rows.lowerBound))
        try write(part)
        before = image
    }

    package func finish() throws -> Int {
        try write([0x3B])
        try ImageError.ofFiles { try file.commit(.contents) }
        return count
    }

    private func begin(_ image: Image) throws {
        guard max(image.width, image.height) <= 65_535 else {
            throw ImageError.unsupported(
                file: path, reason: "\(image.width) x \(image.height) pixels; a GIF holds 65535 on each side")
        }
        try write(Array("GIF89a".utf8) + number(image.width) + number(image.height) + [0x70, 0, 0])
        if plays != 1 {
            let repeats = plays == 0 ? 0 : min(plays - 1, 65_535)
            try write([0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1] + number(repeats) + [0])
        }
        for text in image.metadata.text {
            try comment(text.keyword == ImageMetadata.Text.comment ? text.value : "\(text.keyword): \(text.value)")
        }
    }

    private func comment(_ words: String) throws {
        var rest = Array(words.utf8.prefix(1 << 14))[...]
        var block: [UInt8] = [0x21, 0xFE]
        while !rest.isEmpty {
            block += [UInt8(min(rest.count, 255))] + rest.prefix(255)
            rest = rest.dropFirst(255)
        }
        try write(block + [0])
    }

    /// The image's descriptor, palette and data, at the top left corner.
    private func packed(_ image: IndexedImage) throws -> [UInt8] {
        var status = codec_status()
        var block: UnsafeMutablePointer<UInt8>?
        var size = 0
        let isPacked = codec_pack_gif_image(
            image.indices, UInt32(image.width), UInt32(image.height), image.palette, &block, &size, &status)
        guard isPacked else { throw ImageError(status, file: path) }
        defer { codec_free(block) }
        return Array(UnsafeBufferPointer(start: block, count: size))
    }

    private func number(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }

    private func write(_ bytes: [UInt8]) throws {
        count += bytes.count
        try ImageError.ofFiles { try bytes.withUnsafeBytes { try file.write($0) } }
    }
}
