/// How the colors of a film are stored, in ffmpeg's words. What a film does not say is nil.
public struct FilmColors: Sendable, Equatable {
    /// The name of the pixel format.
    public let pixelFormat: String
    /// Bits in a sample.
    public let bitDepth: Int
    /// Whether there is an alpha channel.
    public let hasAlpha: Bool
    /// `tv` or `pc`: whether black is 16, or 0.
    let range: String?
    /// The matrix between red, green and blue, and brightness and two differences.
    let matrix: String?
    let transfer: String?
    let primaries: String?
    let chromaLocation: String?
    /// The matrix to take where the film names none: by the number of its rows, as players do.
    let usualMatrix: String

    init(_ stream: ProbeAnswer.Stream, height: Int) {
        func known(_ word: String?) -> String? {
            word.flatMap { ["", "unknown", "unspecified", "reserved"].contains($0) ? nil : $0 }
        }
        pixelFormat = stream.pixFmt ?? ""
        bitDepth = Self.bitDepth(of: pixelFormat)
        hasAlpha = Self.hasAlpha(pixelFormat)
        range = known(stream.colorRange)
        matrix = known(stream.colorSpace)
        transfer = known(stream.colorTransfer)
        primaries = known(stream.colorPrimaries)
        chromaLocation = known(stream.chromaLocation)
        usualMatrix = height >= 720 ? "bt709" : "smpte170m"
    }

    /// Whether the film is for displays of high dynamic range.
    var isHDR: Bool { ["smpte2084", "arib-std-b67"].contains(transfer ?? "") }

    /// Whether samples are red, green and blue already.
    var isRGB: Bool {
        matrix == "gbr"
            || ["rgb", "bgr", "gbr", "argb", "abgr", "pal8", "0rgb", "0bgr"].contains {
                pixelFormat.hasPrefix($0)
            }
    }

    /// The options of ffmpeg's filter `scale` for making red, green and blue of what is decoded.
    var reading: String {
        isRGB ? "out_range=pc" : "in_color_matrix=\(scalerMatrix):in_range=\(range ?? "tv"):out_range=pc"
    }

    /// Those for making frames to encode of red, green and blue.
    func writing(isRGB writesRGB: Bool) -> String {
        writesRGB
            ? "in_range=pc:out_range=pc" : "in_range=pc:out_color_matrix=\(scalerMatrix):out_range=\(writtenRange)"
    }

    /// What the encoded film says of its colors.
    func tags(isRGB writesRGB: Bool) -> [String] {
        var tags = writesRGB ? ["-color_range", "pc"] : ["-color_range", writtenRange, "-colorspace", writtenMatrix]
        if let primaries { tags += ["-color_primaries", primaries] }
        if let transfer { tags += ["-color_trc", Self.transferOptions[transfer] ?? transfer] }
        if let chromaLocation, !writesRGB { tags += ["-chroma_sample_location", chromaLocation] }
        return tags
    }

    /// What ffprobe's words for transfer functions are called among ffmpeg's options, where that differs.
    private static let transferOptions = ["bt470m": "gamma22", "bt470bg": "gamma28"]

    private var writtenRange: String { isRGB ? "tv" : range ?? "tv" }

    /// Always named: a larger film would be taken for one of another matrix.
    private var writtenMatrix: String { isRGB ? "bt709" : matrix ?? usualMatrix }

    /// The names that the filter `scale` knows.
    private var scalerMatrix: String {
        switch writtenMatrix {
        case "bt709", "bt470bg", "smpte170m", "smpte240m", "fcc": writtenMatrix == "bt470bg" ? "bt470" : writtenMatrix
        case "bt2020nc", "bt2020c": "bt2020"
        default: "bt709"
        }
    }

    static func bitDepth(of pixelFormat: String) -> Int {
        var name = pixelFormat
        for ending in ["le", "be"] where name.hasSuffix(ending) { name = String(name.dropLast(2)) }
        if ["rgb48", "bgr48", "rgba64", "bgra64"].contains(name) { return 16 }
        if name.hasPrefix("p0") || name.hasPrefix("p2") || name.hasPrefix("p4") { return Int(name.suffix(2)) ?? 10 }
        if name.hasPrefix("x2") { return 10 }
        // The number after the sampling: yuv420p10, gbrap12, gray16. One of bits in all, as in rgb24, has no p before it.
        let digits = name.reversed().prefix { $0.isNumber }
        let before = name.dropLast(digits.count)
        guard let number = Int(String(digits.reversed())), ["p", "gray", "ya"].contains(where: before.hasSuffix) else {
            return 8
        }
        return (9...16).contains(number) ? number : 8
    }

    private static func hasAlpha(_ pixelFormat: String) -> Bool {
        ["yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16"].contains { pixelFormat.hasPrefix($0) }
    }
}
