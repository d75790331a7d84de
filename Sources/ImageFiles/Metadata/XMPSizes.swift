extension XMPPacket {
    /// The packet for an image of another size: what tells numbers of pixels follows, what points at pixels goes.
    static func resized(
        _ packet: String, from old: (width: Int, height: Int), to new: (width: Int, height: Int)
    ) -> Edited {
        guard sizeHints.contains(where: { contains(packet, $0) }) else { return Edited(packet: packet) }
        guard let outline = XMLOutline(Array(packet.utf8)) else { return unreadable }
        var edits: [(range: Range<Int>, words: String)] = []
        var losses: [ImageLoss] = []
        for item in outline.items {
            guard let extent = extent(item, in: outline) else { continue }
            let factor = (
                x: Double(new.width) / Double(old.width), y: Double(new.height) / Double(old.height)
            )
            let value = Double(outline.text(item.content).trimmed).flatMap { $0.isFinite ? $0 : nil }
            let scaled: Double? =
                switch extent {
                case .width: Double(new.width)
                case .height: Double(new.height)
                case .across: value.map { ($0 * factor.x).rounded() }
                case .down: value.map { ($0 * factor.y).rounded() }
                case .place: nil
                }
            if case .place = extent, old == new { continue }
            if let scaled, value != nil, let number = Int(exactly: scaled) {
                if value != scaled { edits.append((item.content, "\(number)")) }
            } else {
                edits.append((item.whole, ""))
                losses.append(ImageLoss(.metadata, "\(item.name.local) of the XMP packet (it describes pixels)"))
            }
        }
        return Edited(packet: cutting(edits, from: packet), losses: losses.unique)
    }

    private enum Extent {
        /// The size of the image itself.
        case width, height
        /// Some other number of pixels.
        case across, down
        /// Something that other pixels have.
        case place
    }

    private static let sizeHints = [
        "PixelXDimension", "PixelYDimension", "ImageWidth", "ImageLength", "photos/1.0/panorama", "GPano:",
        "AppliedToDimensions", "SubjectArea", "SubjectLocation", "FocalPlane",
    ]

    private static func extent(_ item: XMLOutline.Item, in outline: XMLOutline) -> Extent? {
        let local = item.name.local
        switch item.name.space {
        case "http://ns.adobe.com/exif/1.0/", "exif":
            switch local {
            case "PixelXDimension": return .width
            case "PixelYDimension": return .height
            case "SubjectArea", "SubjectLocation", "FocalPlaneXResolution", "FocalPlaneYResolution": return .place
            default: return nil
            }
        case "http://ns.adobe.com/tiff/1.0/", "tiff":
            return local == "ImageWidth" ? .width : local == "ImageLength" ? .height : nil
        case "http://ns.google.com/photos/1.0/panorama/", "GPano":
            switch local {
            case "CroppedAreaImageWidthPixels": return .width
            case "CroppedAreaImageHeightPixels": return .height
            case "FullPanoWidthPixels", "CroppedAreaLeftPixels", "LargestValidInteriorRectLeft",
                "LargestValidInteriorRectWidth":
                return .across
            case "FullPanoHeightPixels", "CroppedAreaTopPixels", "LargestValidInteriorRectTop",
                "LargestValidInteriorRectHeight":
                return .down
            default: return nil
            }
        case "http://ns.adobe.com/xap/1.0/sType/Dimensions#", "stDim":
            guard outline.isInside(item, "AppliedToDimensions") else { return nil }
            return local == "w" ? .across : local == "h" ? .down : nil
        default: return nil
        }
    }
}

extension ImageMetadata {
    /// The metadata for the same image in another size: what XMP and EXIF tell in pixels follows.
    package func resized(from old: (width: Int, height: Int), to new: (width: Int, height: Int)) -> ImageMetadata {
        var resized = self
        if old != new, var fields = exif.flatMap({ EXIF($0) }) {
            fields.resize(from: old, to: new)
            resized.exif = fields.encoded()
        }
        guard let packet = xmp else { return resized }
        let edited = XMPPacket.resized(packet, from: old, to: new)
        resized.xmp = edited.packet
        resized.losses = (losses + edited.losses).unique
        return resized
    }
}
