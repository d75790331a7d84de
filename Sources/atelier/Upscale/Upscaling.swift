import BatchPipeline
import ImageFiles
import Models
import SuperResolution
import Training

/// What becomes of one image in `atelier upscale`.
struct Upscaling: Sendable {
    let name: String
    let upscaler: ImageUpscaler
    let size: UpscaledSize
    let provenance: Bool

    /// The result: of an image in memory as an image, of one that came as a file written already.
    ///
    /// - Throws: `ImageError`, `CancellationError`.
    func callAsFunction(_ task: ImageTask) throws -> ImageResult {
        if let image = task.image {
            var result = try upscaler.upscaled(image, to: size, isCanceled: { task.isCanceled })
            result.metadata = metadata(image.metadata)
            return ImageResult(result)
        }
        return try task.inStrips(
            result: { image in
                let wanted = size.size(width: image.width, height: image.height)
                return StripResult(
                    width: wanted.width, height: wanted.height, channels: image.channels,
                    bitDepth: image.bitDepth, metadata: metadata(image.metadata))
            }
        ) { image, emit in
            let wanted = size.size(width: image.width, height: image.height)
            let stream = upscaler.stream(of: image, to: wanted, isCanceled: { task.isCanceled }, emit: emit)
            return { try stream.push($0) }
        }
    }

    /// The size of the result for an image.
    ///
    /// - Throws: `ImageError` when it would be more than 16 times larger, or larger than any file holds.
    func checkedSize(_ header: ImageHeader) throws -> (width: Int, height: Int) {
        let result = size.size(width: header.width, height: header.height)
        if result.width > 16 * header.width || result.height > 16 * header.height {
            throw UpscalingLimit.factor(header.width, header.height, result.width, result.height)
        }
        if max(result.width, result.height) > 1 << 20 {
            throw UpscalingLimit.extent(result.width, result.height)
        }
        return result
    }

    private func metadata(_ own: ImageMetadata) -> ImageMetadata {
        provenance ? Provenance.added(to: own, model: name) : own
    }
}

/// Why an image cannot become that large.
enum UpscalingLimit: Error, CustomStringConvertible {
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
