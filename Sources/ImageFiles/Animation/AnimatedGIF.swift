import Files

/// An animated GIF.
struct AnimatedGIF: AnimatedFile {
    private(set) var outline: AnimationOutline
    private(set) var isTruncated = false
    /// The logical screen's header and its palette.
    private var screen: Range<Int>

    init(_ bytes: FileBytes) throws {
        var bytes = bytes
        guard let width = try bytes.little(6, 2), let height = try bytes.little(8, 2), let packed = try bytes.byte(10)
        else { throw bytes.truncated }
        outline = AnimationOutline(width: width, height: height, hasAlpha: false)
        screen = 6..<13 + (packed & 0x80 == 0 ? 0 : 3 << ((packed & 7) + 1))
        var place = screen.upperBound
        var next = AnimationOutline.Frame()
        var control: Range<Int>?
        scan: while true {
            guard let mark = try bytes.byte(place) else {
                isTruncated = true
                break
            }
            switch mark {
            case 0x2C:
                guard let end = try frame(at: place, &next, control, &bytes) else {
                    isTruncated = true
                    break scan
                }
                try outline.add(next, name: bytes.name)
                (next, control, place) = (AnimationOutline.Frame(), nil, end)
            case 0x21:
                let label = try bytes.byte(place + 1)
                if label == 0xF9, let packed = try bytes.byte(place + 3), let delay = try bytes.little(place + 4, 2) {
                    control = place..<place + 8
                    next.duration = AnimationDuration(delay, 100)
                    next.disposal = packed >> 2 & 7 == 2 ? .cleared : packed >> 2 & 7 == 3 ? .restored : .stays
                    outline.hasAlpha = outline.hasAlpha || (outline.frames.isEmpty && packed & 1 == 1)
                } else if label == 0xFF, try isLoop(place, &bytes), let count = try bytes.little(place + 16, 2) {
                    outline.plays = count == 0 ? 0 : count + 1
                }
                guard let end = try Self.afterBlocks(place + 2, &bytes) else {
                    isTruncated = true
                    break scan
                }
                place = end
            default: break scan
            }
        }
        // Some files give no size for the whole, or one that is too small.
        if let first = outline.frames.first {
            outline.width = max(outline.width, first.x + first.width)
            outline.height = max(outline.height, first.y + first.height)
        }
    }

    /// Takes in the image at a place; returns where it ends, nil if the file does so before.
    private func frame(
        at place: Int, _ frame: inout AnimationOutline.Frame, _ control: Range<Int>?, _ bytes: inout FileBytes
    ) throws -> Int? {
        guard let x = try bytes.little(place + 1, 2), let y = try bytes.little(place + 3, 2),
            let width = try bytes.little(place + 5, 2), let height = try bytes.little(place + 7, 2),
            let packed = try bytes.byte(place + 9)
        else { return nil }
        let data = place + 10 + (packed & 0x80 == 0 ? 0 : 3 << ((packed & 7) + 1))
        guard let end = try Self.afterBlocks(data + 1, &bytes) else { return nil }
        (frame.x, frame.y, frame.width, frame.height) = (x, y, width, height)
        frame.parts = [control ?? place..<place, place..<end]
        return end
    }

    private func isLoop(_ place: Int, _ bytes: inout FileBytes) throws -> Bool {
        for name in ["NETSCAPE2.0", "ANIMEXTS1.0"] {
            var same = true
            for (index, letter) in name.utf8.enumerated() where same {
                same = try bytes.byte(place + 3 + index) == Int(letter)
            }
            if same { return try bytes.byte(place + 15) == 1 }
        }
        return false
    }

    /// Where a chain of blocks ends; nil if the file does so before.
    private static func afterBlocks(_ place: Int, _ bytes: inout FileBytes) throws -> Int? {
        var place = place
        while let count = try bytes.byte(place) {
            place += 1 + count
            if count == 0 { return place }
        }
        return nil
    }

    func still(_ frame: AnimationOutline.Frame, of bytes: FileBytes) throws -> [UInt8] {
        var start = Array("GIF89a".utf8) + (try bytes.bytes([screen]))
        var image = try bytes.bytes([frame.parts[1]])
        let size = [frame.width, frame.height].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        start.replaceSubrange(6..<10, with: size)
        image.replaceSubrange(1..<5, with: [0, 0, 0, 0])
        return try start + bytes.bytes([frame.parts[0]]) + image + [0x3B]
    }
}
