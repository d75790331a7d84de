/// Makes a NUT file of raw images piece by piece.
///
///     write(writer.start)
///     for frame in frames { write(writer.header(time: frame.time)); write(frame.bytes) }
struct NUTWriter {
    let stream: NUTStream

    /// The number of the only kind of frames that the file has.
    private static let frameCode: UInt8 = 1
    private static let flags: NUTFormat.Flags = [.key, .codedTime, .codedSize, .checksum]
    /// Times are written in full if they are not below two to the power of this.
    private static let timeShift = 7

    /// What comes before the frames.
    var start: [UInt8] {
        let aspect = stream.pixelAspect
        let description: [[UInt8]] = [
            // The number of the stream, its class (video), its name.
            NUTFormat.coded(0), NUTFormat.coded(0), NUTFormat.coded(4), stream.layout.code,
            // The number of the time base, the shift of times, the longest time between frames, delay and flags.
            NUTFormat.coded(0), NUTFormat.coded(Self.timeShift), NUTFormat.coded(1 << 14), NUTFormat.coded(0),
            NUTFormat.coded(0),
            // No data of a codec.
            NUTFormat.coded(0), NUTFormat.coded(stream.width), NUTFormat.coded(stream.height),
            NUTFormat.coded(aspect?.numerator ?? 0), NUTFormat.coded(aspect?.denominator ?? 0), NUTFormat.coded(0),
        ]
        return NUTFormat.signature + packet(.main, mainHeader) + packet(.stream, description.flatMap { $0 })
    }

    /// What comes before the bytes of a frame.
    ///
    /// - Parameter time: its timestamp, 0 or more.
    func header(time: Int) -> [UInt8] {
        let size = stream.frameBytes
        let frame =
            [Self.frameCode] + NUTFormat.coded(time + 1 << Self.timeShift) + NUTFormat.coded(size)
        return packet(.syncpoint, NUTFormat.coded(time) + NUTFormat.coded(0)) + frame + bytes(NUTFormat.checksum(frame))
    }

    private var mainHeader: [UInt8] {
        // Version, streams, the longest distance of syncpoints, and one time base.
        let start = [3, 1, 32_767, 1, stream.timeBase.numerator, stream.timeBase.denominator]
        let invalid = NUTFormat.Flags.invalid.rawValue
        // Kinds of frames: flags, how many fields follow, step of time, factor, stream and rest of sizes, reserved, count.
        let kinds = [
            [invalid, 6, 0, 1, 0, 0, 0, 1],
            [Self.flags.rawValue, 6, 0, 1, 0, 0, 0, 1],
            // All others but that of the letter N, with which packets begin.
            [invalid, 6, 0, 1, 0, 0, 0, 253],
        ]
        // No headers of frames are left out.
        return (start + kinds.flatMap { $0 } + [0]).flatMap { NUTFormat.coded($0) }
    }

    private func packet(_ code: NUTFormat.StartCode, _ content: [UInt8]) -> [UInt8] {
        // The packets here are shorter than those whose headers have a checksum of their own.
        bytes(code.rawValue) + NUTFormat.coded(content.count + 4) + content + bytes(NUTFormat.checksum(content))
    }

    private func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
