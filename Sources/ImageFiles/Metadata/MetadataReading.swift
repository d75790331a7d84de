import CImageCodecs
import Files

extension ImageMetadata {
    /// Copies what a decoder has found.
    init(_ info: codec_info, format: ImageFormat, reader: OpaquePointer) {
        self.init(sourceFormat: format, sourceBitDepth: Int(info.source_bits))
        let lost = info.losses
        if lost.later_frames > 0 {
            losses.append(ImageLoss(.frames, counted(Int(lost.later_frames), "later frame") + " of the animation"))
        }
        if lost.is_reduced {
            losses.append(ImageLoss(.precision, "precision beyond 16 bits (floating-point samples are clamped to 0…1)"))
        }
        if lost.further_channels > 0 {
            losses.append(ImageLoss(.channels, counted(Int(lost.further_channels), "further channel") + " of the file"))
        }
        readProfile(info)
        if info.density_x > 0 { density = Density(x: info.density_x, y: info.density_y) }
        if let packet = info.xmp, info.xmp_size > 0 {
            readXMP(UnsafeRawBufferPointer(start: packet, count: info.xmp_size), info)
        }
        noteFurtherImages(lost)
        text = UnsafeBufferPointer(start: info.texts, count: info.text_count).map(Text.init)
        readFields(info, format: format, reader: reader)
        if lost.texts > 0 {
            let words = counted(Int(lost.texts), "text") + " (too many, too long or damaged)"
            losses.append(ImageLoss(.metadata, words))
        }
        colorimetry = Colorimetry(info.colorimetry)
    }

    /// Adds what is known only after decoding.
    mutating func noteDamage(_ lost: codec_losses) {
        let names = withUnsafeBytes(of: lost.damaged_chunks) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard !names.isEmpty else { return }
        let loss = ImageLoss(.damage, "what has a wrong checksum (\(names))")
        if !losses.contains(loss) { losses.append(loss) }
    }

    private mutating func readProfile(_ info: codec_info) {
        guard let start = info.icc else {
            if info.losses.has_damaged_profile { losses.append(ImageLoss(.color, "the color profile (it is damaged)")) }
            return
        }
        let profile = Array(UnsafeBufferPointer(start: start, count: info.icc_size))
        if let reason = ICCProfile(profile).misfit(channels: Int(info.channels)) {
            losses.append(ImageLoss(.color, "the color profile (\(reason))"))
        } else {
            iccProfile = profile
        }
    }

    private mutating func readXMP(_ bytes: UnsafeRawBufferPointer, _ info: codec_info) {
        let stored = XMPPacket.words(bytes)
        let edited = XMPPacket.withoutTrailers(info.orientation == 1 ? stored : XMPPacket.upright(stored))
        xmp = edited.packet
        losses += edited.losses
        guard info.orientation > 4 else { return }
        // Width and height have been exchanged.
        self = resized(
            from: (Int(info.width), Int(info.height)), to: (Int(info.width), Int(info.height)))
    }

    private mutating func noteFurtherImages(_ lost: codec_losses) {
        let hasGainMap = losses.contains { $0.kind == .gainMap }
        if lost.has_gain_map, !hasGainMap { losses.append(.gainMap) }
        let others = Int(lost.further_images) - (hasGainMap || lost.has_gain_map ? 1 : 0)
        if others > 0 {
            losses.append(ImageLoss(.images, counted(others, "further image") + " of the file"))
        }
    }
}

extension ImageMetadata.Text {
    fileprivate init(_ text: codec_text) {
        let name = UnsafeRawBufferPointer(start: text.keyword, count: 80).prefix { $0 != 0 }
        let value = UnsafeRawBufferPointer(start: text.value, count: text.value_size)
        self.init(
            keyword: name.isEmpty ? Self.comment : String(latin1: name),
            value: (text.is_utf8 ? String(validating: value, as: UTF8.self) : nil) ?? String(latin1: value))
    }
}

extension ImageMetadata.Colorimetry {
    fileprivate init?(_ colors: codec_colorimetry) {
        guard colors.rendering_intent >= 0 || colors.gamma > 0 || colors.has_chromaticities || colors.has_code_points
        else { return nil }
        self.init(
            renderingIntent: colors.rendering_intent >= 0 ? Int(colors.rendering_intent) : nil,
            gamma: colors.gamma > 0 ? Int(colors.gamma) : nil,
            chromaticities: colors.has_chromaticities
                ? withUnsafeBytes(of: colors.chromaticities) { Array($0.bindMemory(to: Int32.self)) } : nil,
            codePoints: colors.has_code_points ? withUnsafeBytes(of: colors.code_points) { Array($0) } : nil)
    }
}
