/// An image in the making, from top to bottom, whose memory is taken once.
package struct StackedRows {
    private let outline: ImageOutline
    private var bytes: [UInt8] = []
    private var words: [UInt16] = []

    /// - Parameter outline: of the whole image; its channels and depth are those of the rows that come.
    package init(_ outline: ImageOutline) {
        self.outline = outline
        let count = outline.width * outline.height * outline.channels
        if outline.bitDepth == 16 { words.reserveCapacity(count) } else { bytes.reserveCapacity(count) }
    }

    /// Takes the next rows.
    package mutating func append(_ rows: Image) {
        precondition(
            (rows.width, rows.channels, rows.bitDepth) == (outline.width, outline.channels, outline.bitDepth),
            "StackedRows: rows of another kind")
        switch rows.samples {
        case .bits8(let samples): if rows.height == outline.height { bytes = samples } else { bytes += samples }
        case .bits16(let samples): if rows.height == outline.height { words = samples } else { words += samples }
        }
    }

    /// The image, without metadata, once all of its rows have come.
    package var image: Image {
        Image(
            width: outline.width, height: outline.height, channels: outline.channels,
            samples: outline.bitDepth == 16 ? .bits16(words) : .bits8(bytes))
    }
}
