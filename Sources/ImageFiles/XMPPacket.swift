/// The change that decoding makes to an XMP packet.
enum XMPPacket {
    /// The packet with its own record of the EXIF orientation set to 1, as the pixels are upright now.
    static func upright(_ packet: String) -> String {
        let tag = Array("tiff:Orientation".utf8)
        var bytes = Array(packet.utf8)
        var changed = false
        var at = 0
        while at + tag.count + 2 < bytes.count {
            guard bytes[at] == tag[0], bytes[at...].starts(with: tag) else {
                at += 1
                continue
            }
            at += tag.count
            // tiff:Orientation="6" or <tiff:Orientation>6</tiff:Orientation>
            var value = at
            while value < bytes.count, [0x20, 0x3D, 0x22, 0x27, 0x3E].contains(bytes[value]) { value += 1 }
            if value > at, value < bytes.count, (0x32...0x38).contains(bytes[value]) {
                bytes[value] = 0x31
                changed = true
            }
        }
        return changed ? String(decoding: bytes, as: UTF8.self) : packet
    }
}
