import Foundation
import TestSupport
import Testing

@testable import ImageFiles

/// The table of formats in `Docs/formats.md` says what is so.
@Suite struct FormatTableTests {
    @Test(.enabled(if: ImageFormat.allCases.allSatisfy(\.isRead), "a library is missing"))
    func theTableSaysWhatIsSo() throws {
        let page = try String(contentsOfFile: Fixtures.packageFolder + "/Docs/formats.md", encoding: .utf8)
        let (begin, end) = ("<!-- begin: FormatTableTests -->\n", "<!-- end: FormatTableTests -->")
        let start = try #require(page.range(of: begin)).upperBound
        let stop = try #require(page.range(of: end)).lowerBound
        let expected = try table()
        #expect(String(page[start..<stop]) == expected, "Docs/formats.md should say:\n\(expected)")
    }

    private func table() throws -> String {
        let rows = try Property.allCases.map { property in
            let cells = try ImageFormat.allCases.map { format in
                let parts = [
                    try property.isRead(format) ? property.wordForReading : nil,
                    try (format.isWritten || property == .animation) && property.isWritten(format)
                        ? property.wordForWriting : nil,
                ]
                let words = parts.compactMap { $0 }.joined(separator: ", ")
                return words.isEmpty ? "–" : words
            }
            return "| \(property.rawValue) | \(cells.joined(separator: " | ")) |\n"
        }
        let names = ImageFormat.allCases.map(\.name).joined(separator: " | ")
        return "| | \(names) |\n|\(String(repeating: "---|", count: ImageFormat.allCases.count + 1))\n" + rows.joined()
    }
}

private enum Property: String, CaseIterable {
    case bits8 = "8 bits"
    case bits16 = "16 bits"
    case gray, alpha
    case cmyk = "CMYK"
    case profile = "ICC profile"
    case exif = "EXIF, with maker notes"
    case iptc = "IPTC"
    case xmp = "XMP"
    case orientation, animation

    var wordForReading: String {
        switch self {
        case .cmyk: "made RGB"
        case .orientation: "applied"
        case .animation: "all frames"
        default: "read"
        }
    }

    var wordForWriting: String {
        switch self {
        case .orientation: "upright"
        default: "written"
        }
    }

    /// A file of each format with what the property is about; nil if such a file is not among the fixtures.
    private func example(_ format: ImageFormat) -> String? {
        switch (self, format) {
        case (.cmyk, .avif), (.cmyk, .heic), (.cmyk, .jxl), (.iptc, .avif), (.iptc, .heic), (.iptc, .jxl): nil
        case (.animation, .heic): nil
        case (.bits8, .avif), (.bits8, .heic), (.bits8, .jxl): "rgb8.\(format)"
        case (.bits16, .avif), (.bits16, .heic): "rgb12.\(format)"
        case (.bits16, .jxl): "rgb16.jxl"
        case (.gray, .avif), (.gray, .heic), (.gray, .jxl): "gray8.\(format)"
        case (.alpha, .avif), (.alpha, .heic), (.alpha, .jxl): "rgba8.\(format)"
        case (.orientation, .avif), (.orientation, .heic), (.orientation, .jxl): "orientation6.\(format)"
        case (.animation, .avif), (.animation, .jxl): "animated.\(format)"
        case (_, .avif), (_, .heic), (_, .jxl): "metadata.\(format)"
        case (.bits8, .gif): "plain.gif"
        case (.bits8, .bmp): "rgb24.bmp"
        case (.gray, .bmp): "gray8.bmp"
        case (.gray, .gif): "plain.gif"
        case (.alpha, .gif): "transparent.gif"
        case (.alpha, .bmp): "rgba32-v5.bmp"
        case (.cmyk, .tiff): "cmyk8.tif"
        case (.cmyk, .jpeg): "cmyk-adobe.jpg"
        case (.profile, .bmp): "rgba32-v5.bmp"
        case (.orientation, .png): "orientation6.png"
        case (.orientation, .jpeg): "orientation6.jpg"
        case (.orientation, .webp): "orientation5.webp"
        case (.orientation, .tiff): "orientation6.tif"
        case (.animation, .webp): "animated.webp"
        case (.animation, .gif): "animated.gif"
        default: nil
        }
    }

    func isRead(_ format: ImageFormat) throws -> Bool {
        if self == .animation, format == .png { return try isWritten(.png) }
        guard let name = example(format) else { return try format.isWritten && isWritten(format) }
        let image = try Image.read(Fixture.named(name).path)
        switch self {
        case .orientation: return try Image.header(of: Fixture.named(name).path).orientation > 1
        case .animation: return try AnimationReader(Fixture.named(name).path).frameCount > 1
        case .cmyk: return image.channels == 3
        default: return has(image)
        }
    }

    private func isAnimationWritten(_ format: ImageFormat) throws -> Bool {
        let path = try TemporaryFolder().path + "a"
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard let writer = try format.animationWriter(path, frames: 2, plays: 0, options: EncodingOptions(format))
        else { return false }
        for red in [UInt8(0), 255] {
            let image = Image(width: 1, height: 1, channels: 3, samples8: [red, 0, 0])
            try writer.add(AnimationFrame(image, duration: AnimationDuration(1, 10)))
        }
        _ = try writer.finish()
        return try AnimationReader(path).frameCount == 2
    }

    /// Whether an image that has it still does, or is upright, after it has been written.
    func isWritten(_ format: ImageFormat) throws -> Bool {
        switch self {
        case .cmyk: return false
        case .animation: return try isAnimationWritten(format)
        case .orientation:
            let upright = try Image.read(Fixture.named("orientation6.jpg").path)
            let again = try Image.decode(upright.encoded(as: EncodingOptions(format)), name: "image")
            return (again.width, again.height) == (upright.width, upright.height)
        default: break
        }
        var image = Image.gradient(width: 40, height: 30, channels: self == .gray ? 1 : self == .alpha ? 4 : 3)
        if self == .bits16 { image = image.converted16() }
        image.metadata.iccProfile = self == .profile ? OddProfile.profile() : nil
        image.metadata.exif = self == .exif ? EXIFTests.photo(bigEndian: true).encoded() : nil
        image.metadata.iptc = self == .iptc ? [0x1C, 2, 5, 0, 1, 65] : nil
        image.metadata.xmp = self == .xmp ? "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>" : nil
        #expect(has(image))
        return try has(Image.decode(image.encoded(as: EncodingOptions(format)), name: "image"))
    }

    private func has(_ image: Image) -> Bool {
        switch self {
        case .bits8: image.bitDepth == 8
        case .bits16: image.bitDepth == 16
        case .gray: image.isGray
        case .alpha: image.hasAlpha
        case .profile: image.metadata.iccProfile != nil
        case .exif: image.metadata.exif.flatMap { EXIF($0) }?.photo[EXIF.Tag.makerNote]?.bytes == EXIFTests.note
        case .iptc: image.metadata.iptc != nil
        case .xmp: image.metadata.xmp != nil
        case .cmyk, .orientation, .animation: true
        }
    }
}
