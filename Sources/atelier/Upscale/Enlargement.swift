import BatchPipeline
import ImageFiles
import SuperResolution
import Training

/// What becomes of one picture in `atelier upscale`.
struct Enlargement: Sendable {
    let name: String
    let upscaler: PictureUpscaler
    let size: EnlargementSize
    let provenance: Bool

    /// The result: of a picture in memory as a picture, of one that came as a file written already.
    ///
    /// - Throws: `ImageError`, `CancellationError`.
    func callAsFunction(_ task: PictureTask) throws -> PictureResult {
        if let image = task.image {
            var result = try upscaler.enlarged(image, to: size, isCancelled: { task.isCancelled })
            result.metadata = metadata(image.metadata)
            return PictureResult(result)
        }
        return try task.inStrips(
            result: { picture in
                let wanted = size.size(width: picture.width, height: picture.height)
                return StripResult(
                    width: wanted.width, height: wanted.height, channels: picture.channels,
                    bitDepth: picture.bitDepth, metadata: metadata(picture.metadata))
            }
        ) { picture, emit in
            let wanted = size.size(width: picture.width, height: picture.height)
            let stream = upscaler.stream(of: picture, to: wanted, isCancelled: { task.isCancelled }, emit: emit)
            return { try stream.push($0) }
        }
    }

    /// The size of the result for a picture.
    ///
    /// - Throws: `ImageError` when it would be more than 16 times larger, or larger than any file holds.
    func checkedSize(_ header: ImageHeader) throws -> (width: Int, height: Int) {
        let result = size.size(width: header.width, height: header.height)
        if result.width > 16 * header.width || result.height > 16 * header.height {
            throw EnlargementLimit.factor(header.width, header.height, result.width, result.height)
        }
        if max(result.width, result.height) > 1 << 20 {
            throw EnlargementLimit.extent(result.width, result.height)
        }
        return result
    }

    private func metadata(_ own: ImageMetadata) -> ImageMetadata {
        provenance ? Provenance.added(to: own, model: name) : own
    }
}

/// Why a picture cannot become that large.
enum EnlargementLimit: Error, CustomStringConvertible {
    case factor(Int, Int, Int, Int)
    case extent(Int, Int)

    var description: String {
        switch self {
        case .factor(let width, let height, let wide, let high):
            "\(width) x \(height) pixels cannot become \(wide) x \(high): 16 times is the most"
        case .extent(let wide, let high):
            "the result would have \(wide) x \(high) pixels; 1048576 either way are the most"
        }
    }
}
