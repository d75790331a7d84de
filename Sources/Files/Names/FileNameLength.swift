/// File names that file systems take: 255 bytes at most.
package enum FileNameLength {
    package static let limit = 255

    /// A name of a stem and what has to stand behind it. A stem that is too long for that is cut at a character, and a
    /// mark made of all of it keeps long names apart that begin alike.
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
