/// Reads the raw images of a NUT file that comes through a pipe.
struct NUTReader {
    private struct FrameKind {
        var flags: NUTFormat.Flags = .invalid
        var timeStep = 0
        var sizeFactor = 1
        var sizeRest = 0
        var reserved = 0
        /// The number of the bytes that small frames begin with and that are left out.
        var elided = 0
    }

    private struct MainHeader {
        let timeBase: Fraction
        let kinds: [FrameKind]
        /// Beginnings of frames that are left out, by their numbers.
        let elided: [[UInt8]]
    }

    /// What the frames are.
    let stream: NUTStream

    private var source: BufferedBytes
    private let main: MainHeader
    private let timeShift: Int
    private var lastTime = 0

    /// Reads all that comes before the frames.
    ///
    /// - Parameters:
    ///   - layout: the layout that was asked for; the name in the file must be its.
    ///   - read: gives the next bytes; 0 after the last one.
    /// - Returns: nil if the file ends without a frame.
    /// - Throws: ``NUTError``, and what reading throws.
    init?(_ layout: RawLayout, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) throws {
        var source = BufferedBytes(read: read)
        var start = [UInt8](repeating: 0, count: NUTFormat.signature.count)
        guard try start.withUnsafeMutableBytes({ try source.fill($0) }) else { return nil }
        guard start == NUTFormat.signature else { throw NUTError("it does not begin like a NUT file") }
        var main: MainHeader?
        var described: (stream: NUTStream, timeShift: Int)?
        while true {
            guard let code = try source.startCode() else { return nil }
            // The frames come after the first of these.
            let content = try source.packet()
            if code == NUTFormat.StartCode.main.rawValue {
                main = try Self.mainHeader(content)
            } else if code == NUTFormat.StartCode.stream.rawValue, let main {
                described = try Self.streamHeader(content, layout, main.timeBase)
            } else if code == NUTFormat.StartCode.syncpoint.rawValue, let main, let described {
                (self.main, stream, timeShift) = (main, described.stream, described.timeShift)
                self.source = source
                lastTime = try Self.time(ofSyncpoint: content)
                return
            } else if code == NUTFormat.StartCode.index.rawValue {
                return nil
            }
        }
    }

    /// The next frame: its timestamp, and its bytes in the buffer. Nil after the last one.
    ///
    /// - Parameter target: room for one frame.
    /// - Throws: ``NUTError``, and what reading throws.
    mutating func next(into target: UnsafeMutableRawBufferPointer) throws -> Int? {
        while true {
            guard let first = try source.byte() else { return nil }
            guard first == UInt8(ascii: "N") else { return try frame(main.kinds[Int(first)], into: target) }
            guard let code = try source.startCode(after: first) else { throw NUTError.cutOff }
            let content = try source.packet()
            if code == NUTFormat.StartCode.syncpoint.rawValue { lastTime = try Self.time(ofSyncpoint: content) }
        }
    }

    private mutating func frame(_ kind: FrameKind, into target: UnsafeMutableRawBufferPointer) throws -> Int {
        var flags = kind.flags
        guard !flags.contains(.invalid) else { throw NUTError("a frame of no known kind") }
        if flags.contains(.coded) { flags.formSymmetricDifference(NUTFormat.Flags(rawValue: try source.number())) }
        if flags.contains(.streamNumber), try source.number() != 0 { throw NUTError("a frame of another stream") }
        if flags.contains(.codedTime) {
            let coded = try source.number()
            let unit = 1 << timeShift
            if coded < unit {
                // The last bits of a time that is near the one before.
                let base = lastTime - (unit - 1) / 2
                lastTime = ((coded - base) & (unit - 1)) + base
            } else {
                lastTime = coded - unit
            }
        } else {
            lastTime += kind.timeStep
        }
        var size = kind.sizeRest
        if flags.contains(.codedSize) {
            let (product, overflows) = kind.sizeFactor.multipliedReportingOverflow(by: try source.number())
            guard !overflows else { throw NUTError("a frame without bounds") }
            size += product
        }
        if flags.contains(.matchTime) { _ = try source.number() }
        let elided = flags.contains(.elidedHeader) ? try source.number() : kind.elided
        let reserved = flags.contains(.reserved) ? try source.number() : kind.reserved
        for _ in 0..<reserved { _ = try source.number() }
        if flags.contains(.checksum) { for _ in 0..<4 { _ = try source.byte() } }
        guard size == target.count else { throw NUTError("a frame of \(size) bytes instead of \(target.count)") }
        guard elided < main.elided.count else { throw NUTError("a frame without its beginning") }
        let start = size > 4096 ? [] : main.elided[elided]
        guard start.count <= size else { throw NUTError("a frame shorter than its beginning") }
        target.copyBytes(from: start)
        guard try source.fill(UnsafeMutableRawBufferPointer(rebasing: target[start.count...])) else {
            throw NUTError.cutOff
        }
        return lastTime
    }

    private static func time(ofSyncpoint content: [UInt8]) throws -> Int {
        var numbers = NUTNumbers(content)
        return try numbers.next()
    }

    private static func mainHeader(_ content: [UInt8]) throws -> MainHeader {
        var numbers = NUTNumbers(content)
        let version = try numbers.next()
        guard version == 3 else { throw NUTError("version \(version)") }
        guard try numbers.next() == 1 else { throw NUTError("several streams") }
        _ = try numbers.next()
        guard try numbers.next() == 1 else { throw NUTError("several units of time") }
        let (numerator, denominator) = (try numbers.next(), try numbers.next())
        guard (1..<1 << 31).contains(numerator), (1..<1 << 31).contains(denominator) else {
            throw NUTError("a unit of time of \(numerator)/\(denominator) s")
        }
        var kinds: [FrameKind] = []
        var kind = FrameKind()
        while kinds.count < 256 {
            kind.flags = NUTFormat.Flags(rawValue: try numbers.next())
            let fields = try numbers.next()
            if fields > 0 { kind.timeStep = NUTNumbers.signed(try numbers.next()) }
            if fields > 1 { kind.sizeFactor = try numbers.next() }
            if fields > 2, try numbers.next() != 0 { throw NUTError("frames of another stream") }
            let rest = fields > 3 ? try numbers.next() : 0
            kind.reserved = fields > 4 ? try numbers.next() : 0
            var count = fields > 5 ? try numbers.next() : kind.sizeFactor - rest
            guard (1...256).contains(count), fields <= 64 else { throw NUTError("kinds of frames without end") }
            if fields > 6 { _ = try numbers.next() }
            if fields > 7 { kind.elided = try numbers.next() }
            if fields > 8 { for _ in 8..<fields { _ = try numbers.next() } }
            kind.sizeRest = rest
            while count > 0, kinds.count < 256 {
                // The letter that packets begin with is no kind of frame.
                if kinds.count == Int(UInt8(ascii: "N")) {
                    kinds.append(FrameKind())
                    continue
                }
                kinds.append(kind)
                kind.sizeRest += 1
                count -= 1
            }
        }
        // The first beginning is empty.
        var elided: [[UInt8]] = [[]]
        let count = numbers.isAtEnd ? 0 : try numbers.next()
        guard count < 128 else { throw NUTError("\(count) beginnings of frames") }
        for _ in 0..<count { elided.append(try numbers.bytes(try numbers.next())) }
        return MainHeader(timeBase: Fraction(numerator, denominator), kinds: kinds, elided: elided)
    }

    private static func streamHeader(
        _ content: [UInt8], _ layout: RawLayout, _ timeBase: Fraction
    ) throws -> (NUTStream, Int) {
        var numbers = NUTNumbers(content)
        guard try numbers.next() == 0, try numbers.next() == 0 else { throw NUTError("a stream that is no video") }
        let name = try numbers.bytes(try numbers.next())
        guard name == layout.code else { throw NUTError("pixels of another kind: \(name)") }
        guard try numbers.next() == 0 else { throw NUTError("several units of time") }
        let shift = try numbers.next()
        guard shift < 16 else { throw NUTError("times of \(shift) bits") }
        for _ in 0..<3 { _ = try numbers.next() }
        _ = try numbers.bytes(try numbers.next())
        let (width, height) = (try numbers.next(), try numbers.next())
        guard (1...1 << 16).contains(width), (1...1 << 16).contains(height) else {
            throw NUTError("\(width) x \(height) pixels")
        }
        let (across, down) = (try numbers.next(), try numbers.next())
        let aspect =
            (1..<1 << 31).contains(across) && (1..<1 << 31).contains(down) ? Fraction(across, down) : nil
        return (
            NUTStream(width: width, height: height, layout: layout, timeBase: timeBase, pixelAspect: aspect), shift
        )
    }
}

/// Why what came through a pipe is no NUT file of raw images.
struct NUTError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ reason: String) { description = "what ffmpeg decodes is not understood: \(reason)" }

    static let cutOff = NUTError("it is cut off")
}
