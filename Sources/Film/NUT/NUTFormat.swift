/// What readers and writers of NUT share. NUT is a container that programs of the FFmpeg family pass through pipes; its
/// timestamps are exact. One stream of raw images is all that is read and written here.
enum NUTFormat {
    /// What a file begins with.
    static let signature = Array("nut/multimedia container\0".utf8)

    /// What packets begin with.
    enum StartCode: UInt64 {
        case main = 0x4E4D_7A56_1F5F_04AD
        case stream = 0x4E53_1140_5BF2_F9DB
        case syncpoint = 0x4E4B_E4AD_EECA_4569
        case index = 0x4E58_DD67_2F23_E64E
        case information = 0x4E49_AB68_B596_BA78
    }

    /// What the header of a frame holds.
    struct Flags: OptionSet {
        let rawValue: Int

        static let key = Flags(rawValue: 1)
        static let codedTime = Flags(rawValue: 8)
        static let streamNumber = Flags(rawValue: 16)
        static let codedSize = Flags(rawValue: 32)
        static let checksum = Flags(rawValue: 64)
        static let reserved = Flags(rawValue: 128)
        static let elidedHeader = Flags(rawValue: 1024)
        static let matchTime = Flags(rawValue: 2048)
        static let coded = Flags(rawValue: 4096)
        static let invalid = Flags(rawValue: 8192)
    }

    /// The checksum of packets: CRC-32 with the most significant bit first, from 0.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0) { sum, byte in sum << 8 ^ checksums[Int(UInt8(sum >> 24) ^ byte)] }
    }

    private static let checksums: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 24) { sum, _ in sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04C1_1DB7 }
    }

    /// A number of any length: seven bits in a byte, the most significant ones first.
    static func coded(_ number: Int) -> [UInt8] {
        var bytes = [UInt8(number & 0x7F)]
        var rest = number >> 7
        while rest > 0 {
            bytes.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
            rest >>= 7
        }
        return bytes
    }
}

/// The size, kind and timing of a stream of raw images.
struct NUTStream: Sendable, Equatable {
    /// Pixels in a row.
    var width: Int
    /// Rows.
    var height: Int
    /// Channels and depth of the samples.
    var layout: RawLayout
    /// The unit of timestamps, in seconds.
    var timeBase: Fraction
    /// The shape of a pixel; nil if unknown.
    var pixelAspect: Fraction?

    /// Bytes in a frame.
    var frameBytes: Int { width * height * layout.pixelBytes }
}

/// How the pixels of raw frames are stored.
enum RawLayout: String, Sendable, Equatable, CaseIterable {
    case rgb24
    case rgba
    case rgb48le
    case rgba64le

    init(hasAlpha: Bool, bitDepth: Int) {
        self = bitDepth > 8 ? (hasAlpha ? .rgba64le : .rgb48le) : (hasAlpha ? .rgba : .rgb24)
    }

    var channels: Int { self == .rgba || self == .rgba64le ? 4 : 3 }
    var bitDepth: Int { self == .rgb48le || self == .rgba64le ? 16 : 8 }
    var pixelBytes: Int { channels * bitDepth / 8 }

    /// The name of the layout in a NUT file.
    var code: [UInt8] {
        switch self {
        case .rgb24: Array("RGB".utf8) + [24]
        case .rgba: Array("RGBA".utf8)
        case .rgb48le: Array("RGB0".utf8)
        case .rgba64le: Array("RBA".utf8) + [64]
        }
    }
}
