/// The fields of an EXIF block, without thumbnails: edited as values, and written anew. The bytes of a field are in the
/// byte order of the block, so that what nobody here knows (maker notes) stays as it is.
struct EXIF: Equatable {
    /// What lies behind a tag.
    struct Field: Equatable {
        let kind: Kind
        let count: Int
        let bytes: [UInt8]
    }

    /// The types of TIFF. The raw value is its number in files.
    enum Kind: Int {
        case byte = 1
        case ascii, short, long, rational, signedByte, undefined, signedShort, signedLong, signedRational
        case float, double, directory
        case utf8 = 129

        /// Bytes in one value.
        var size: Int {
            switch self {
            case .byte, .ascii, .signedByte, .undefined, .utf8: 1
            case .short, .signedShort: 2
            case .long, .signedLong, .float, .directory: 4
            case .rational, .signedRational, .double: 8
            }
        }
    }

    typealias Directory = [Int: Field]

    let isBigEndian: Bool
    /// The directory of the image itself, without pointers to the others.
    var main: Directory = [:]
    /// How the photo was taken; the maker note is in it.
    var photo: Directory = [:]
    /// Where: GPS.
    var location: Directory = [:]
    var interoperability: Directory = [:]
    /// Where the maker note lay. What it says of places within itself mostly counts from the start of the block, so it
    /// stays there.
    var makerNoteOffset: Int?
    /// Fields that lay outside of the block, or were of unknown types.
    var damagedFields = 0

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Whether it says nothing beside what an image has anyhow: its density, and that it is upright.
    var isEmpty: Bool {
        photo.isEmpty && location.isEmpty && interoperability.isEmpty
            && main.keys.allSatisfy { Tag.plain.contains($0) }
    }
}

extension EXIF {
    /// Numbers of fields.
    enum Tag {
        static let width = 0x0100
        static let height = 0x0101
        static let description = 0x010E
        static let orientation = 0x0112
        static let resolutionX = 0x011A
        static let resolutionY = 0x011B
        static let resolutionUnit = 0x0128
        static let software = 0x0131
        static let author = 0x013B
        static let copyright = 0x8298
        static let iptc = 0x83BB
        static let imageResources = 0x8649
        static let photo = 0x8769
        static let location = 0x8825
        static let makerNote = 0x927C
        static let pixelWidth = 0xA002
        static let pixelHeight = 0xA003
        static let interoperability = 0xA005
        static let sensorResolutionX = 0xA20E
        static let sensorResolutionY = 0xA20F
        static let subjectArea = 0x9214
        static let subjectLocation = 0xA214
        static let relatedWidth = 0x1001
        static let relatedHeight = 0x1002

        /// Those that every image has, with the place of its color samples.
        static let plain: Set = [orientation, resolutionX, resolutionY, resolutionUnit, 0x0213]
        /// Those in the main directory of a TIFF that tell how its pixels are stored, and data that have a place of
        /// their own: XMP, IPTC, profiles, previews, Photoshop's layers.
        static let structural: Set<Int> =
            Set(0x00FE...0x0103).union([0x0106, 0x0107, 0x0108, 0x0109, 0x010A, 0x0111, 0x0115, 0x0116, 0x0117])
            .union([0x0118, 0x0119, 0x011C, 0x011D, 0x0120, 0x0121, 0x0122, 0x0123, 0x0124, 0x0125, 0x0129, 0x012D])
            .union([0x013D]).union(0x0140...0x0148).union([0x014A, 0x014C, 0x014D, 0x014E, 0x0150])
            .union(0x0151...0x0159).union([0x015B]).union(0x0200...0x0214)
            .union([0x02BC, iptc, imageResources, 0x8773, 0x935C])
    }

    /// A number in the byte order of the block.
    static func number(_ bytes: some Collection<UInt8>, isBigEndian: Bool) -> Int {
        let value =
            isBigEndian
            ? bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            : bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }

    /// The bytes of a number.
    func bytes(_ value: Int, count: Int) -> [UInt8] {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isBigEndian ? little.reversed() : little
    }

    /// The whole numbers of a field; of a rational one, numerators and denominators.
    func numbers(_ field: Field?) -> [Int] {
        guard let field, [.byte, .short, .long, .rational].contains(field.kind) else { return [] }
        let size = field.kind == .rational ? 4 : field.kind.size
        return stride(from: 0, to: field.bytes.count / size * size, by: size).map {
            Self.number(field.bytes[$0..<$0 + size], isBigEndian: isBigEndian)
        }
    }

    func shorts(_ values: [Int]) -> Field {
        Field(kind: .short, count: values.count, bytes: values.flatMap { bytes($0, count: 2) })
    }

    func long(_ value: Int) -> Field { Field(kind: .long, count: 1, bytes: bytes(value, count: 4)) }

    func rational(_ numerator: Int, _ denominator: Int) -> Field {
        Field(kind: .rational, count: 1, bytes: bytes(numerator, count: 4) + bytes(denominator, count: 4))
    }

    func text(_ value: [UInt8]) -> Field { Field(kind: .ascii, count: value.count + 1, bytes: value + [0]) }

    /// The text of a field, without what follows its end (a copyright has an editor's there); nil if it has none. It is
    /// UTF-8 or Latin-1, as in files.
    func words(_ field: Field?) -> String? {
        guard let field, field.kind.size == 1 else { return nil }
        let text = field.bytes.prefix { $0 != 0 }
        return text.isEmpty ? nil : String(validating: text, as: UTF8.self) ?? String(latin1: text)
    }
}
