import ImageFiles

extension EncodingOptions {
    private static let (quality, lossless, compression) = ("quality", "lossless", "tiff-compression")

    /// Records what changes pixels.
    func note(in settings: inout RecipeSettings) {
        switch self {
        case .png: break
        case .jpeg(let choices): settings.note(Self.quality, choices.quality)
        case .webp(let choices):
            settings.note(Self.lossless, isOn: choices.isLossless)
            settings.note(Self.quality, choices.isLossless ? nil : choices.quality)
        case .tiff(let choices) where choices.compression == .jpeg:
            settings.note(Self.compression, choices.compression)
            settings.note(Self.quality, choices.quality)
        case .tiff: break
        }
    }

    /// How a file of a format was packed.
    init(_ format: ImageFormat, _ settings: inout RecipeSettings) throws(RemakingError) {
        self.init(format)
        let quality: Int? = try settings.take(Self.quality, in: 1...100)
        let isLossless = settings.takeFlag(Self.lossless)
        let compression: TIFF.Compression? = try settings.take(choice: Self.compression)
        switch self {
        case .png: break
        case .jpeg(var choices):
            choices.quality = quality ?? choices.quality
            self = .jpeg(choices)
        case .webp(var choices):
            choices.quality = quality ?? choices.quality
            choices.isLossless = isLossless
            self = .webp(choices)
        case .tiff(var choices):
            choices.quality = quality ?? choices.quality
            choices.compression = compression ?? choices.compression
            self = .tiff(choices)
        }
    }
}
