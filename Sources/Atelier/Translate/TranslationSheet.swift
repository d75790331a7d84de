import ImageData
import ImageFiles
import TensorCore
import Training

/// One image of many small ones: translations in the order of their inputs.
struct TranslationSheet {
    /// The file.
    let path: String
    private var images: [(index: Int, image: Image)] = []

    /// The longer side of one image, and of each half of two side by side.
    private static let side = 160
    private static let mostImages = 400

    init(path: String) { self.path = path }

    mutating func add(_ image: Image, index: Int, isDoubled: Bool) {
        guard images.count < Self.mostImages else { return }
        let width = isDoubled ? image.width / 2 : image.width
        let scale = Double(Self.side) / Double(max(width, image.height))
        func scaled(_ length: Int) -> Int { max(Int(saturating: (Double(length) * scale).rounded()), 1) }
        let small = image.converted8().resized(
            width: scaled(width) * (isDoubled ? 2 : 1), height: scaled(image.height), filter: .bicubic)
        images.append((index, small))
    }

    /// Writes the sheet, unless it is empty.
    ///
    /// - Parameter metadata: the metadata of the images.
    func write(_ metadata: ImageMetadata) throws {
        guard !images.isEmpty else { return }
        var sheet = SampleSheet.make(images: images.sorted { $0.index < $1.index }.map(\.image))
        sheet.metadata = metadata
        try sheet.write(to: path)
    }
}
