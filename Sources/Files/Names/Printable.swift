/// A text from a file as it may stand in a message: control characters and the far end are left out.
package func printable(_ text: String) -> String {
    let visible = text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "�" : $0 }
    let short = String(String.UnicodeScalarView(visible.prefix(120)))
    return visible.count > 120 ? short + "…" : short
}
