/// Images of formats that are not read, and what to do with them.
enum ForeignImage {
    /// Why a file cannot be read, determined from its first bytes; nil if it is nothing that is known.
    static func refusal(_ start: [UInt8]) -> String? {
        func says(_ text: String, at offset: Int = 0) -> Bool {
            start.dropFirst(offset).starts(with: text.utf8)
        }
        if says("%PDF") {
            return "it is a PDF document; make images of its pages first (pdftoppm -png -r 300 does)"
        }
        if isRaw(start) {
            return "it is a camera raw file; develop it first, to a TIFF or a PNG (darktable and RawTherapee do)"
        }
        guard let name = name(start) else { return nil }
        let article = "AEIO".contains(name.prefix(1)) ? "an" : "a"
        return "it is \(article) \(name) image; \(ImageFormat.names) are read"
    }

    private static func isRaw(_ start: [UInt8]) -> Bool {
        if start.dropFirst(4).starts(with: "ftypcrx".utf8) { return true }
        return ["FUJIFILMCCD-RAW", "IIRO", "IIRS", "MMOR", "IIU\0"].contains { start.starts(with: $0.utf8) }
    }

    private static func name(_ start: [UInt8]) -> String? {
        func says(_ text: String, at offset: Int = 0) -> Bool {
            start.dropFirst(offset).starts(with: text.utf8)
        }
        if says("8BPS") { return "Photoshop" }
        if says("jP  ", at: 4) || start.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) { return "JPEG 2000" }
        if says("gimp xcf") { return "GIMP" }
        if says("qoif") { return "QOI" }
        if start.starts(with: [0x76, 0x2F, 0x31, 0x01]) { return "OpenEXR" }
        if says("<svg") { return "SVG" }
        if says("P") && start.count > 2 && (0x31...0x37).contains(start[1]) && [0x0A, 0x20].contains(start[2]) {
            return "Netpbm"
        }
        return nil
    }
}
