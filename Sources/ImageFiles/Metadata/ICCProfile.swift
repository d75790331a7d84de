/// What the header and the tag table of an ICC profile say.
struct ICCProfile {
    /// The profile with nothing behind it.
    let bytes: [UInt8]
    /// Bytes that the profile says it has.
    let statedSize: Int

    init(_ bytes: [UInt8]) {
        statedSize = Self.number(bytes, 0)
        let hasMore = statedSize >= Self.smallest && statedSize < bytes.count
        self.bytes = hasMore ? Array(bytes.prefix(statedSize)) : bytes
    }

    private static let headerSize = 128
    /// A header and the number of tags.
    private static let smallest = 132

    /// Why the profile says nothing about an image of so many channels; nil if it does.
    func misfit(channels: Int) -> String? {
        guard bytes.count >= Self.headerSize else { return "it is too short" }
        let (found, wanted) = (word(16), channels <= 2 ? "GRAY" : "RGB ")
        return found == wanted ? nil : "it is for \(Self.spaceName(found)) images"
    }

    /// Why readers of PNG files would pass the profile over; nil if they would not. What they only complain about, such
    /// as another illuminant than D50, is no reason.
    var flawInPNG: String? {
        guard bytes.count >= Self.smallest else { return "it is too short" }
        guard statedSize == bytes.count else {
            return "it says that it has \(statedSize) bytes, and has \(bytes.count)"
        }
        if bytes[8] > 3, bytes.count % 4 != 0 { return "its length is not a multiple of 4" }
        if word(36) != "acsp" { return "its signature is wrong" }
        if Self.number(bytes, 64) >= 0xFFFF { return "its rendering intent is unknown" }
        switch word(12) {
        case "abst": return "it is an abstract profile, which belongs to no image"
        case "link": return "it is a device link, which belongs to no image"
        default: break
        }
        guard ["XYZ ", "Lab "].contains(word(20)) else { return "its connection space is neither XYZ nor Lab" }
        let tags = Self.number(bytes, Self.headerSize)
        guard tags <= (bytes.count - Self.smallest) / 12 else { return "its table of tags is cut off" }
        for tag in 0..<tags {
            let entry = Self.smallest + 12 * tag
            let (offset, length) = (Self.number(bytes, entry + 4), Self.number(bytes, entry + 8))
            if offset + length > bytes.count { return "a tag of it lies outside of it" }
        }
        return nil
    }

    /// The four characters at a position; what is not printable comes out as “?”.
    private func word(_ offset: Int) -> String {
        String(
            String.UnicodeScalarView(
                bytes[offset..<offset + 4].map { (32...126).contains($0) ? Unicode.Scalar($0) : "?" }))
    }

    private static func spaceName(_ word: String) -> String {
        switch word {
        case "GRAY": "gray"
        case "RGB ": "color"
        default: word.split(separator: " ").joined()
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
        guard offset + 4 <= bytes.count else { return 0 }
        return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
