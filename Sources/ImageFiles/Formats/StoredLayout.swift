/// What the pixels of a file are.
struct StoredLayout: Equatable {
    var channels: Int
    var bitDepth: Int
    /// What is put behind transparent pixels; nil keeps alpha.
    var background: EncodingOptions.Background?

    /// The pixels of an image, as they are stored.
    func stored(_ image: Image) -> Image {
        if let background { return image.flattened8(on: (background.red, background.green, background.blue)) }
        if image.bitDepth == bitDepth { return image }
        return bitDepth == 16 ? image.converted16() : image.converted8()
    }
}

extension EncodingOptions {
    /// What a file of this kind stores of an image.
    func layout(channels: Int, bitDepth: Int) -> StoredLayout {
        switch self {
        case .png(let choices): StoredLayout(channels: channels, bitDepth: choices.bitDepth ?? bitDepth)
        case .jpeg(let choices):
            StoredLayout(channels: channels <= 2 ? 1 : 3, bitDepth: 8, background: choices.background)
        case .webp: StoredLayout(channels: channels, bitDepth: 8)
        case .tiff(let choices):
            StoredLayout(
                channels: channels, bitDepth: choices.compression == .jpeg ? 8 : choices.bitDepth ?? bitDepth)
        }
    }
}
