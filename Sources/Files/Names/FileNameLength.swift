/// Keeps file names within the limit of file systems, 255 bytes.
package enum FileNameLength {
    package static let limit = 255

    /// Joins a stem and an ending. A stem that is too long is cut at a character; a hash of the whole stem keeps long
    /// names with the same beginning distinct.
    package static func fitted(_ stem: String, _ ending: String) -> String {
        if stem.utf8.count + ending.utf8.count <= limit { return stem + ending }
        let mark = "~" + hexadecimal(of: stem)
        var room = max(limit - ending.utf8.count - mark.utf8.count, 0)
        var kept = ""
        for character in stem {
            room -= character.utf8.count
            if room < 0 { break }
            kept.append(character)
        }
        return kept + mark + ending
    }

    /// The hash of a text, folded to 32 bits, as eight digits.
    private static func hexadecimal(of text: String) -> String {
        let hash = stableHash(text)
        let digits = String(UInt32(truncatingIfNeeded: hash ^ hash >> 32), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
