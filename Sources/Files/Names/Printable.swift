/// A string from a file, made safe for a message: without control characters, and shortened.
package func printable(_ text: String) -> String {
    let visible = text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "�" : $0 }
    let short = String(String.UnicodeScalarView(visible.prefix(120)))
    return visible.count > 120 ? short + "…" : short
}
