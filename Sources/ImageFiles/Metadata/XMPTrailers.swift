extension XMPPacket {
    /// The packet without what it says of bytes behind the image or in further packets, which a copy of the image does
    /// not have.
    static func withoutTrailers(_ packet: String) -> Edited {
        guard trailerHints.contains(where: { contains(packet, $0) }) else { return Edited(packet: packet) }
        guard let outline = XMLOutline(Array(packet.utf8)) else { return unreadable }
        var losses: [ImageLoss] = []
        var cuts: [Range<Int>] = []
        let hasExtension = outline.items.contains { $0.name.local == "HasExtendedXMP" }
        for item in outline.items {
            guard let kind = trailer(item.name, hasExtension: hasExtension) else { continue }
            cuts.append(item.whole)
            let words = outline.text(item.content)
            switch kind {
            case .directory:
                if words.contains("GainMap") { losses.append(.gainMap) }
                if words.contains("MotionPhoto") { losses.append(.video) }
                if words.contains("Depth") { losses.append(.depthMap) }
            case .loss(.video) where words.trimmed == "0": break
            case .loss(let loss): losses.append(loss)
            }
        }
        return Edited(packet: cutting(cuts.map { ($0, "") }, from: packet), losses: losses.unique)
    }

    private enum Trailer {
        /// A list of what lies behind the image.
        case directory
        case loss(ImageLoss)
    }

    /// Words without which no packet has anything of the kind.
    private static let trailerHints = [
        "hdr-gain-map", "HDRGainMap", "photos/1.0/container", "MicroVideo", "MotionPhoto", "HasExtendedXMP",
        "photos/dd/1.0", "hdrgm:", "Container:Directory",
    ]

    private static func trailer(_ name: XMLOutline.Name, hasExtension: Bool) -> Trailer? {
        switch name.space {
        case "http://ns.adobe.com/hdr-gain-map/1.0/", "http://ns.apple.com/HDRGainMap/1.0/", "hdrgm":
            return .loss(.gainMap)
        case "http://ns.google.com/photos/1.0/container/", "http://ns.google.com/photos/dd/1.0/device/", "Container":
            return .directory
        case "http://ns.google.com/photos/1.0/camera/", "GCamera":
            return name.local.hasPrefix("MicroVideo") || name.local.hasPrefix("MotionPhoto") ? .loss(.video) : nil
        case "http://ns.adobe.com/xmp/note/", "xmpNote":
            return name.local == "HasExtendedXMP" ? .loss(.extendedXMP) : nil
        case "http://ns.google.com/photos/1.0/depthmap/", "http://ns.google.com/photos/1.0/image/",
            "http://ns.google.com/photos/1.0/audio/":
            return hasExtension ? .loss(.extendedXMP) : nil
        default: return nil
        }
    }
}

extension ImageLoss {
    static let gainMap = ImageLoss(.gainMap, "the gain map, which makes the image HDR")
    static let video = ImageLoss(.video, "the video of the motion photo")
    static let depthMap = ImageLoss(.images, "the depth map behind the image")
    static let extendedXMP = ImageLoss(.metadata, "the extended part of the XMP")
}
