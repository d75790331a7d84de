import ImageFiles
import TensorCore

/// How images of any shape become images of one shape.
public enum Fit: String, Sendable, Codable, CaseIterable {
    /// The whole image in the center, with a border. It is scaled to reach two sides. If it fills at least four fifths
    /// already, it is not scaled (28×28 in 32×32 gets a border of two pixels).
    case pad
    /// The center of the image; the rest is cropped on both sides.
    case crop
    /// The whole image, with changed proportions.
    case squeeze
}

/// The part of a frame that the image occupies.
package struct FrameContent: Sendable, Equatable, Codable {
    /// Columns of the frame to the left of it.
    package let x: Int
    /// Rows of the frame above it.
    package let y: Int
    /// Columns of the image in the frame.
    package let width: Int
    /// Rows of the image in the frame.
    package let height: Int
}

extension Fit {
    /// The part of a frame that an image of some size occupies: the whole frame unless it is padded.
    package func content(of image: ImageSize, in frame: ImageSize) -> FrameContent {
        guard self == .pad else { return FrameContent(x: 0, y: 0, width: frame.width, height: frame.height) }
        let scale = min(
            Double(frame.width) / Double(image.width), Double(frame.height) / Double(image.height))
        let keeps = scale >= 1 && scale <= 1.25
        let width =
            keeps ? image.width : min(max(1, Int(saturating: (Double(image.width) * scale).rounded())), frame.width)
        let height =
            keeps ? image.height : min(max(1, Int(saturating: (Double(image.height) * scale).rounded())), frame.height)
        return FrameContent(
            x: (frame.width - width) / 2, y: (frame.height - height) / 2, width: width, height: height)
    }

    /// The fit that suits a dataset at a network size: padding for small images of one size that nearly fill it,
    /// cropping for all others.
    package static func automatic(for dataset: any ImageDataset, size: Int) -> Fit {
        guard let extent = dataset.imageSize else { return .crop }
        let longest = max(extent.width, extent.height)
        return longest <= size && longest * 5 >= size * 4 ? .pad : .crop
    }
}

extension Image {
    /// The image in a frame of the given extent.
    package func fitted(
        width: Int, height: Int, _ fit: Fit, filter: ResizeFilter = .bicubic, padding: Padding = .black
    ) -> Image {
        precondition(width > 0 && height > 0, "fitted: to \(width)×\(height)")
        switch fit {
        case .squeeze:
            return resized(width: width, height: height, filter: filter)
        case .crop:
            let scale = max(Double(width) / Double(self.width), Double(height) / Double(self.height))
            let across = min(max(1, Int(saturating: (Double(width) / scale).rounded())), self.width)
            let down = min(max(1, Int(saturating: (Double(height) / scale).rounded())), self.height)
            return cropped(x: (self.width - across) / 2, y: (self.height - down) / 2, width: across, height: down)
                .resized(width: width, height: height, filter: filter)
        case .pad:
            let content = fit.content(
                of: ImageSize(width: self.width, height: self.height),
                in: ImageSize(width: width, height: height))
            return resized(width: content.width, height: content.height, filter: filter)
                .padded(
                    left: content.x, top: content.y, right: width - content.width - content.x,
                    bottom: height - content.height - content.y, with: padding)
        }
    }
}
