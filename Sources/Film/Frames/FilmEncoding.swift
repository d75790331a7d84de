/// How the frames of a film are encoded.
struct FilmEncoding: Sendable, Equatable {
    /// The name of ffmpeg's encoder.
    let codec: String
    /// The pixel format of the encoded film.
    let pixelFormat: String
    /// Whether alpha is kept.
    let hasAlpha: Bool
    /// The encoder's options.
    let options: [String]
    /// The muxer for parts of the film.
    let muxer: String

    /// Chooses what was not asked for.
    ///
    /// - Throws: ``FilmError``: notEncoded when this ffmpeg has no such encoder or pixel format.
    init(
        _ settings: FilmSettings, _ colors: FilmColors, in container: FilmContainer, path: String, _ ffmpeg: FFmpeg
    ) throws {
        let wantsAlpha = colors.hasAlpha && container != .mp4
        let names = settings.codec.map { [$0] } ?? Self.usual(container, wantsAlpha)
        guard let encoder = try Self.encoder(names, path, ffmpeg) else {
            throw FilmError.notEncoded(
                file: path,
                reason:
                    "this ffmpeg has no encoder \(names.joined(separator: " or ")); choose a codec of “ffmpeg -encoders”"
            )
        }
        if settings.crf != nil, !encoder.takesQuality {
            throw FilmError.notEncoded(
                file: path, reason: "the encoder \(encoder.name) has no crf; leave it out, or choose another codec")
        }
        if let chosen = settings.pixelFormat, !encoder.pixelFormats.isEmpty, !encoder.pixelFormats.contains(chosen) {
            throw FilmError.notEncoded(
                file: path,
                reason: "the encoder \(encoder.name) has no pixel format \(chosen); it has "
                    + encoder.pixelFormats.joined(separator: ", "))
        }
        codec = encoder.name
        let wanted = Self.pixelFormats(depth: colors.bitDepth, alpha: wantsAlpha)
        pixelFormat =
            settings.pixelFormat ?? wanted.first { encoder.pixelFormats.contains($0) } ?? encoder.pixelFormats.first
            ?? "yuv420p"
        hasAlpha = ["yuva", "rgba", "bgra", "argb", "abgr", "gbrap"].contains { [pixelFormat] in
            pixelFormat.hasPrefix($0)
        }
        options = Self.options(encoder, settings.crf)
        muxer = Self.muxer(codec, hasAlpha, container)
    }

    /// Whether red, green and blue are stored as they are.
    var isRGB: Bool { ["rgb", "bgr", "gbr", "argb", "abgr"].contains { pixelFormat.hasPrefix($0) } }

    /// Bits in a sample.
    var bitDepth: Int { FilmColors.bitDepth(of: pixelFormat) }

    /// Whether two neighboring pixels share their color: the size is even then.
    var sharesColor: Bool {
        ["420", "422", "411", "410", "440"].contains { pixelFormat.contains($0) }
            || ["nv12", "nv21", "p010", "p016", "nv16"].contains { pixelFormat.hasPrefix($0) }
    }

    private static func usual(_ container: FilmContainer, _ hasAlpha: Bool) -> [String] {
        switch container {
        case .webm: ["libvpx-vp9"]
        case .matroska where hasAlpha: ["libvpx-vp9"]
        case .mov where hasAlpha: ["prores_ks"]
        case .mp4, .mov, .matroska: ["libx264", "libopenh264", "mpeg4"]
        }
    }

    /// Pixel formats from the one that is best understood on, with at least as many bits first.
    private static func pixelFormats(depth: Int, alpha: Bool) -> [String] {
        let plain = ["yuv420p", "nv12", "yuv422p", "yuv444p"]
        let deep = ["yuv420p10le", "p010le", "yuv422p10le", "yuv444p10le"]
        let transparent = alpha ? ["yuva444p10le", "yuva420p", "rgba", "bgra", "argb"] : []
        return transparent + (depth > 8 ? deep + plain : plain + deep)
    }

    /// The first of some encoders that this ffmpeg has.
    private static func encoder(_ names: [String], _ path: String, _ ffmpeg: FFmpeg) throws -> EncoderAbilities? {
        do {
            for name in names {
                if let encoder = try EncoderAbilities(name, ffmpeg) { return encoder }
            }
            return nil
        } catch let failure as ProgramFailure {
            throw FilmError.notEncoded(file: path, reason: "\(failure)")
        }
    }

    private static func options(_ encoder: EncoderAbilities, _ crf: Double?) -> [String] {
        func quality(_ usual: Double) -> [String] { ["-crf", number(crf ?? usual)] }
        switch encoder.name {
        case "libx264": return quality(16)
        case "libx265": return quality(18) + ["-x265-params", "log-level=error"]
        // Without a limit of the rate, the quality alone counts.
        case "libvpx-vp9", "libvpx", "libaom-av1":
            return quality(encoder.name == "libvpx" ? 8 : 22)
                + ["-b:v", "0", "-cpu-used", "4", "-row-mt", "1"]
                .prefix(encoder.name == "libvpx" ? 4 : 6)
        case "libsvtav1": return quality(24)
        case "mpeg4": return ["-q:v", "2"]
        case "prores_ks": return ["-vendor", "apl0"]
        default: return crf.map { ["-crf", number($0)] } ?? []
        }
    }

    private static func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }

    /// MP4 keeps every time exactly. It does not hold all codecs, nor alpha beside an image.
    private static func muxer(_ codec: String, _ hasAlpha: Bool, _ container: FilmContainer) -> String {
        if hasAlpha, container == .matroska || container == .webm { return "matroska" }
        let kinds = ["264", "265", "hevc", "h263", "mpeg4", "vp9", "av1", "vvc"]
        if kinds.contains(where: { codec.contains($0) }) { return "mp4" }
        return container == .mov || container == .mp4 ? "mov" : "matroska"
    }
}

/// What an encoder of this ffmpeg can do.
struct EncoderAbilities: Sendable, Equatable {
    let name: String
    /// The names of its pixel formats; empty if it takes any.
    let pixelFormats: [String]
    /// Whether it has the option `crf`.
    let takesQuality: Bool

    /// Asks ffmpeg; nil if it has no such encoder.
    ///
    /// - Throws: ``ProgramFailure`` when ffmpeg cannot be asked.
    init?(_ name: String, _ ffmpeg: FFmpeg) throws {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy {
                $0 == 0x5F || $0 == 0x2D || Character(UnicodeScalar($0)).isLetter
                    || Character(UnicodeScalar($0)).isNumber
            }
        guard isName else { return nil }
        let bytes = try FFmpeg.output(of: ffmpeg.path, ["-hide_banner", "-h", "encoder=\(name)"])
        self.init(name, help: String(decoding: bytes, as: UTF8.self))
    }

    init?(_ name: String, help: String) {
        let lines = help.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        // A decoder of the name is another matter.
        guard lines.contains(where: { $0.hasPrefix("Encoder \(name) ") }) else { return nil }
        self.name = name
        let formats = lines.first { $0.hasPrefix("Supported pixel formats:") }
        pixelFormats = formats.map { $0.split(separator: " ").dropFirst(3).map(String.init) } ?? []
        takesQuality = lines.contains { $0.hasPrefix("-crf ") }
    }
}
