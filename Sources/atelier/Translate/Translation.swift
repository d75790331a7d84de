import ImageData
import ImageFiles
import Pix2Pix
import TensorCore
import Training

/// What becomes of one picture in `atelier translate`.
struct Translation {
    let name: String
    let translator: Translator
    /// Channels of the pictures that come in and go out.
    let inputs: Int, outputs: Int
    let fit: TranslationFit
    let tile: Int
    let overlap: Int
    let size: Int
    let seed: UInt64
    let dropout: Bool
    let sideBySide: Bool
    let provenance: Bool

    /// Pixels above which a picture is tiled unless it is said otherwise.
    private static let largeArea = 1 << 20

    /// The result, of the picture's size (or twice its width) and depth. Transparent pixels are shown on white.
    ///
    /// - Throws: `CancellationError`.
    func callAsFunction(_ image: Image, isCancelled: () -> Bool) throws -> Image {
        let result = fit == .resize ? try resized(image, isCancelled) : try tiled(image, isCancelled)
        var finished = sideBySide ? Self.beside(image, result) : result
        finished.metadata = ImageMetadata(density: image.metadata.density)
        if provenance {
            let said = Provenance(model: name, seed: "\(seed)").metadata
            finished.metadata.text = said.text
            finished.metadata.xmp = said.xmp
        }
        return finished
    }

    private func tiled(_ image: Image, _ isCancelled: () -> Bool) throws -> Image {
        let isWhole = fit == .pad || (fit == .auto && image.width * image.height <= Self.largeArea)
        func extent(_ length: Int) -> Int { rounded(isWhole ? length : min(length, tile)) }
        return try image.mappedInTiles(
            width: extent(image.width), height: extent(image.height), overlap: isWhole ? 0 : overlap,
            channels: outputs, bitDepth: image.bitDepth
        ) { part, number in
            if isCancelled() { throw CancellationError() }
            return translated(part, number)
        }
    }

    private func resized(_ image: Image, _ isCancelled: () -> Bool) throws -> Image {
        let side = rounded(size)
        let small = image.converted(channels: inputs).resized(width: side, height: side, filter: .bicubic)
        if isCancelled() { throw CancellationError() }
        let made = translated(small, 0)
        return Image(made, bitDepth: image.bitDepth).resized(width: image.width, height: image.height, filter: .bicubic)
    }

    /// One part of a picture. Its noise depends on the seed and on which part it is, on no other picture.
    private func translated(_ part: Image, _ number: Int) -> Tensor {
        let noise = dropout ? Random(seed: seed, stream: UInt64(number)) : nil
        return translator.drawing(from: noise)(Tensor(part, channels: inputs))
    }

    /// Up to a multiple of what the network takes.
    private func rounded(_ length: Int) -> Int {
        (length + translator.multiple - 1) / translator.multiple * translator.multiple
    }

    private static func beside(_ left: Image, _ right: Image) -> Image {
        let channels = max(right.channels, left.isGrey ? 1 : 3)
        func padded(_ image: Image, _ before: Int, _ after: Int) -> Tensor {
            Tensor(image, channels: channels).padded(top: 0, bottom: 0, left: before, right: after)
        }
        return Image(
            padded(left, 0, right.width) + padded(right, left.width, 0), bitDepth: right.bitDepth)
    }
}
