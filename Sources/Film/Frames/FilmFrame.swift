import ImageFiles

/// One image of a film, and when it is shown.
package struct FilmFrame: Sendable {
    /// Its timestamp, in units of the film's time base.
    package let time: Int
    /// The image.
    package let image: Image
}

extension Image {
    /// An image from raw samples.
    ///
    /// - Parameter fill: writes the bytes, and says with nil that there are none.
    static func ofRawBytes(
        _ stream: NUTStream, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int?
    ) rethrows -> (time: Int, image: Image)? {
        var time: Int?
        let count = stream.width * stream.height * stream.layout.channels
        let samples: Samples
        // Samples of 16 bits are little-endian, as on all machines that the program is built for.
        if stream.layout.bitDepth == 16 {
            samples = .bits16(
                try [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
                    time = try fill(UnsafeMutableRawBufferPointer(buffer))
                    filled = time == nil ? 0 : count
                })
        } else {
            samples = .bits8(
                try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    time = try fill(UnsafeMutableRawBufferPointer(buffer))
                    filled = time == nil ? 0 : count
                })
        }
        guard let time else { return nil }
        return (
            time,
            Image(width: stream.width, height: stream.height, channels: stream.layout.channels, samples: samples)
        )
    }

    /// Lends the samples as bytes.
    func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch samples {
        case .bits8(let samples): try samples.withUnsafeBytes(body)
        case .bits16(let samples): try samples.withUnsafeBytes(body)
        }
    }

    /// The image with the depth of a layout.
    func fitted(to layout: RawLayout) -> Image { layout.bitDepth == 16 ? converted16() : converted8() }
}
