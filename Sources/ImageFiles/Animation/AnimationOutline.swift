import Files

/// What an animated file says about itself before its pixels: the canvas, and where each frame lies.
struct AnimationOutline {
    /// What becomes of a frame's place before the next one is drawn.
    enum Disposal {
        case stays, cleared, restored
    }

    /// One frame as it is stored.
    struct Frame {
        /// Its place on the canvas.
        var x = 0, y = 0
        var width = 0, height = 0
        /// How long it is shown.
        var duration = AnimationDuration(milliseconds: 100)
        var disposal = Disposal.stays
        /// Whether it is drawn over what is there; otherwise it replaces that.
        var isBlended = true
        /// The parts of the file that hold it.
        var parts: [Range<Int>] = []
    }

    /// Pixels in a row of the canvas.
    var width: Int
    /// Rows of the canvas.
    var height: Int
    /// How often the animation plays; 0 for without end.
    var plays = 1
    /// Whether frames have transparent pixels.
    var hasAlpha: Bool
    var frames: [Frame] = []

    /// Whether no pixel of the canvas is ever transparent.
    var isOpaque: Bool {
        guard !hasAlpha, let first = frames.first else { return false }
        let covers = first.x == 0 && first.y == 0 && first.width >= width && first.height >= height
        return covers && frames.allSatisfy { $0.disposal != .cleared } && first.disposal == .stays
    }

    /// The most frames that are read.
    static let mostFrames = 1 << 16

    mutating func add(_ frame: Frame, name: String) throws {
        guard frames.count < Self.mostFrames else {
            throw ImageError.tooLarge(file: name, reason: "more than \(Self.mostFrames) frames")
        }
        frames.append(frame)
    }
}

/// How long a frame is shown: a fraction of a second, as animated PNG files store it.
public struct AnimationDuration: Sendable, Hashable {
    /// The numerator, 0 to 65535.
    public let numerator: Int
    /// The denominator, 1 to 65535.
    public let denominator: Int

    /// A fraction of a second. Values outside of 0 to 65535 are brought there.
    public init(_ numerator: Int, _ denominator: Int) {
        (self.numerator, self.denominator) = (
            min(max(numerator, 0), 65_535), min(max(denominator, 1), 65_535)
        )
    }

    /// Whole milliseconds.
    public init(milliseconds: Int) {
        // Longer ones are stored in hundredths or whole seconds.
        if milliseconds <= 65_535 { self.init(milliseconds, 1000) } else { self.init(milliseconds / 1000, 1) }
    }

    /// Seconds.
    public var seconds: Double { Double(numerator) / Double(denominator) }

    /// The nearest whole number of parts of a second, such as 100 or 1000 of them.
    func rounded(to parts: Int) -> Int { (2 * numerator * parts + denominator) / (2 * denominator) }
}

/// The bytes of a file, looked at piece by piece.
struct FileBytes {
    private let file: InputFile
    private var block: [UInt8] = []
    private var start = 0

    init(_ file: InputFile) { self.file = file }

    var name: String { file.path }
    var size: Int { file.size }

    /// The byte at a place; nil beyond the end.
    mutating func byte(_ place: Int) throws -> Int? {
        if place < start || place >= start + block.count {
            guard place >= 0, place < size else { return nil }
            (start, block) = (place, try file.bytes(at: place, count: 1 << 16))
            if block.isEmpty { return nil }
        }
        return Int(block[place - start])
    }

    /// A number of several bytes, the least significant one first; nil beyond the end.
    mutating func little(_ place: Int, _ count: Int) throws -> Int? {
        var number = 0
        for index in (0..<count).reversed() {
            guard let byte = try byte(place + index) else { return nil }
            number = number << 8 | byte
        }
        return number
    }

    /// A number of several bytes, the most significant one first; nil beyond the end.
    mutating func big(_ place: Int, _ count: Int) throws -> Int? {
        var number = 0
        for index in 0..<count {
            guard let byte = try byte(place + index) else { return nil }
            number = number << 8 | byte
        }
        return number
    }

    /// The bytes of some parts.
    ///
    /// - Throws: ``ImageError``: truncated when the file ends before.
    func bytes(_ parts: [Range<Int>]) throws -> [UInt8] {
        var all: [UInt8] = []
        for part in parts {
            let bytes = try file.bytes(at: part.lowerBound, count: part.count)
            guard bytes.count == part.count else { throw truncated }
            all += bytes
        }
        return all
    }

    var truncated: ImageError { .truncated(file: name, reason: "the animation ends after \(size) bytes") }
}
