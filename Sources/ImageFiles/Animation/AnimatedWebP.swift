import Files

/// An animated WebP.
struct AnimatedWebP: AnimatedFile {
    private(set) var outline: AnimationOutline
    private(set) var isTruncated = false

    init(_ bytes: FileBytes) throws {
        var bytes = bytes
        guard let length = try bytes.little(4, 4), let flags = try bytes.byte(20),
            let width = try bytes.little(24, 3), let height = try bytes.little(27, 3)
        else { throw bytes.truncated }
        outline = AnimationOutline(width: width + 1, height: height + 1, hasAlpha: flags & 0x10 != 0)
        let end = 8 + length
        isTruncated = bytes.size < end
        var place = 12
        while place + 8 <= min(end, bytes.size), let count = try bytes.little(place + 4, 4) {
            let type = try Self.type(place, &bytes)
            let content = place + 8..<place + 8 + count
            guard content.upperBound <= bytes.size else {
                isTruncated = true
                break
            }
            if type == "ANIM", let plays = try bytes.little(content.lowerBound + 4, 2) { outline.plays = plays }
            if type == "ANMF" { try outline.add(frame(content, &bytes), name: bytes.name) }
            place = content.upperBound + count % 2
        }
    }

    private func frame(_ content: Range<Int>, _ bytes: inout FileBytes) throws -> AnimationOutline.Frame {
        let start = content.lowerBound
        guard content.count >= 16, let x = try bytes.little(start, 3), let y = try bytes.little(start + 3, 3),
            let width = try bytes.little(start + 6, 3), let height = try bytes.little(start + 9, 3),
            let duration = try bytes.little(start + 12, 3), let flags = try bytes.byte(start + 15)
        else { throw ImageError.corrupt(file: bytes.name, reason: "a frame's description (ANMF) is damaged") }
        var frame = AnimationOutline.Frame()
        (frame.x, frame.y, frame.width, frame.height) = (2 * x, 2 * y, width + 1, height + 1)
        frame.duration = AnimationDuration(milliseconds: duration)
        frame.disposal = flags & 1 == 1 ? .cleared : .stays
        frame.isBlended = flags & 2 == 0
        guard frame.x + frame.width <= outline.width, frame.y + frame.height <= outline.height else {
            throw ImageError.corrupt(file: bytes.name, reason: "a frame lies outside of the image")
        }
        var place = start + 16
        while place + 8 <= content.upperBound, let count = try bytes.little(place + 4, 4) {
            let end = place + 8 + count + count % 2
            guard place + 8 + count <= content.upperBound else { break }
            // Alpha, and the image in either of its kinds.
            if ["ALPH", "VP8 ", "VP8L"].contains(try Self.type(place, &bytes)) {
                frame.parts.append(place..<min(end, content.upperBound))
            }
            place = end
        }
        return frame
    }

    private static func type(_ place: Int, _ bytes: inout FileBytes) throws -> String {
        let letters = try (0..<4).compactMap { try bytes.byte(place + $0).map { UInt8($0) } }
        return String(decoding: letters, as: UTF8.self)
    }

    func still(_ frame: AnimationOutline.Frame, of bytes: FileBytes) throws -> [UInt8] {
        // Alpha in a chunk of its own needs the extended header.
        let head = frame.parts.count > 1 ? WebPChunks.extended(0x10, width: frame.width, height: frame.height) : []
        return try WebPChunks.file([head] + frame.parts.map { try bytes.bytes([$0]) })
    }
}

/// The chunks that WebP files consist of.
enum WebPChunks {
    /// A chunk with its name and its length.
    static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let padding: [UInt8] = content.count % 2 == 1 ? [0] : []
        return Array(type.utf8) + UInt32(content.count).littleBytes + content + padding
    }

    /// The header of files that hold more than one image.
    static func extended(_ flags: UInt8, width: Int, height: Int) -> [UInt8] {
        chunk("VP8X", [flags, 0, 0, 0] + number(width - 1, 3) + number(height - 1, 3))
    }

    /// A whole file of chunks.
    static func file(_ chunks: [[UInt8]]) -> [UInt8] {
        var content = Array("WEBP".utf8)
        for chunk in chunks {
            content += chunk
            if chunk.count % 2 == 1 { content.append(0) }
        }
        return Array("RIFF".utf8) + UInt32(content.count).littleBytes + content
    }

    /// The chunks of a whole file, with their names.
    static func all(in file: [UInt8]) -> [(type: String, chunk: [UInt8])] {
        var (chunks, place) = ([(String, [UInt8])](), 12)
        while place + 8 <= file.count {
            let count = file[place + 4..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let end = min(place + 8 + count + count % 2, file.count)
            chunks.append((String(decoding: file[place..<place + 4], as: UTF8.self), Array(file[place..<end])))
            place = end
        }
        return chunks
    }

    /// The least significant byte first.
    static func number(_ number: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

extension FixedWidthInteger {
    /// The most significant byte first.
    var bigBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
    /// The least significant byte first.
    var littleBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
