import Files

/// An animated PNG.
struct AnimatedPNG: AnimatedFile {
    private(set) var outline: AnimationOutline
    private(set) var isTruncated = false
    /// The image header, and the chunks that decoding needs.
    private let header: Range<Int>
    private var needed: [Range<Int>] = []

    init(_ bytes: FileBytes) throws {
        var bytes = bytes
        guard let width = try bytes.big(16, 4), let height = try bytes.big(20, 4), let kind = try bytes.byte(25) else {
            throw bytes.truncated
        }
        header = 8..<33
        outline = AnimationOutline(width: width, height: height, hasAlpha: kind & 4 != 0)
        var place = 33
        var open: AnimationOutline.Frame?
        var hasEnd = false
        while let count = try bytes.big(place, 4), let type = try bytes.big(place + 4, 4) {
            let end = place + 12 + count
            guard end <= bytes.size else { break }
            switch type {
            case Self.type("acTL"): outline.plays = try bytes.big(place + 12, 4) ?? 0
            case Self.type("tRNS"):
                outline.hasAlpha = true
                needed.append(place..<end)
            case Self.type("PLTE"): needed.append(place..<end)
            case Self.type("fcTL"):
                if let open { try outline.add(open, name: bytes.name) }
                open = try control(place, count, &bytes)
            // The image of a file without animation may be no frame.
            case Self.type("IDAT"): open?.parts.append(place + 8..<end - 4)
            case Self.type("fdAT"): open?.parts.append(place + min(12, count + 8)..<end - 4)
            case Self.type("IEND"): hasEnd = true
            default: break
            }
            place = end
            if hasEnd { break }
        }
        isTruncated = !hasEnd
        if let open, hasEnd { try outline.add(open, name: bytes.name) }
        // Before the first frame, there is nothing to go back to.
        if outline.frames.first?.disposal == .restored { outline.frames[0].disposal = .cleared }
    }

    private func control(_ place: Int, _ count: Int, _ bytes: inout FileBytes) throws -> AnimationOutline.Frame {
        func number(_ offset: Int, _ size: Int) throws -> Int {
            guard count == 26, let number = try bytes.big(place + 8 + offset, size) else {
                throw ImageError.corrupt(file: bytes.name, reason: "a frame's description (fcTL) is damaged")
            }
            return number
        }
        var frame = AnimationOutline.Frame()
        (frame.width, frame.height) = (try number(4, 4), try number(8, 4))
        (frame.x, frame.y) = (try number(12, 4), try number(16, 4))
        let parts = try number(22, 2)
        frame.duration = AnimationDuration(try number(20, 2), parts == 0 ? 100 : parts)
        let disposal = try number(24, 1)
        frame.disposal = disposal == 1 ? .cleared : disposal == 2 ? .restored : .stays
        frame.isBlended = try number(25, 1) == 1
        guard frame.x + frame.width <= outline.width, frame.y + frame.height <= outline.height else {
            throw ImageError.corrupt(file: bytes.name, reason: "a frame lies outside of the image")
        }
        return frame
    }

    private static func type(_ name: StaticString) -> Int {
        name.withUTF8Buffer { $0.reduce(0) { $0 << 8 | Int($1) } }
    }

    func still(_ frame: AnimationOutline.Frame, of bytes: FileBytes) throws -> [UInt8] {
        var head = try bytes.bytes([header.lowerBound + 8..<header.upperBound - 4])
        head.replaceSubrange(0..<8, with: UInt32(frame.width).bigBytes + UInt32(frame.height).bigBytes)
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + PNGChunk("IHDR", head[...]).bytes
        file += try bytes.bytes(needed)
        for part in frame.parts { file += PNGChunk("IDAT", try bytes.bytes([part])[...]).bytes }
        return file + PNGChunk("IEND", []).bytes
    }
}
