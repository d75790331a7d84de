/// Single properties of an XMP packet.
package enum XMPProperties {
    /// The text of the first property with that name, from an attribute or an element; nil if there is none, or if the
    /// packet is not well-formed.
    package static func text(of name: String, in space: String, _ packet: String) -> String? {
        guard let outline = XMLOutline(Array(packet.utf8)),
            let item = outline.items.first(where: { $0.name.local == name && $0.name.space == space })
        else { return nil }
        return unescaped(outline.text(item.content))
    }

    /// The packet without all properties of a namespace; the packet itself if it is not well-formed.
    package static func removing(_ space: String, from packet: String) -> String {
        guard XMPPacket.contains(packet, space), let outline = XMLOutline(Array(packet.utf8)) else { return packet }
        return XMPPacket.cutting(
            outline.items.filter { $0.name.space == space }.map { ($0.whole, "") }, from: packet)
    }

    /// A text as the value of an attribute in double quotes.
    package static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { written, letter in
            switch letter {
            case "&": written += "&amp;"
            case "<": written += "&lt;"
            case ">": written += "&gt;"
            case "\"": written += "&quot;"
            case "\n", "\t", "\r": written += "&#\(letter.value);"
            default: written.unicodeScalars.append(letter)
            }
        }
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var plain = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&"), let end = rest[start...].firstIndex(of: ";") {
            plain += rest[..<start]
            let name = rest[rest.index(after: start)..<end]
            plain += entity(name).map { String($0) } ?? String(rest[start...end])
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap { Unicode.Scalar($0) }
        }
    }
}
