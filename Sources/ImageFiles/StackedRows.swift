import Memory

/// An image that is built from top to bottom in memory that is allocated once.
package struct StackedRows {
    private let outline: ImageOutline
    private var bytes: [UInt8] = []
    private var words: [UInt16] = []

    /// - Parameter outline: the size and kind of the whole image; the rows must have its channels and bit depth.
    package init(_ outline: ImageOutline) {
        self.outline = outline
        let count = outline.width * outline.height * outline.channels
        if outline.bitDepth == 16 { words.reserveCapacity(count) } else { bytes.reserveCapacity(count) }
    }

    /// The same, with an error where there is no memory.
    ///
    /// - Throws: `OutOfMemory`.
    package init(allocating outline: ImageOutline) throws(OutOfMemory) {
        self.outline = outline
        let count = outline.width * outline.height * outline.channels
        if outline.bitDepth == 16 { try words.reserve(count) } else { try bytes.reserve(count) }
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

    /// The image, without metadata, after all of its rows were added.
    package var image: Image {
        Image(
            width: outline.width, height: outline.height, channels: outline.channels,
            samples: outline.bitDepth == 16 ? .bits16(words) : .bits8(bytes))
    }
}
