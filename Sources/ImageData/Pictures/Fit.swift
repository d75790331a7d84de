import ImageFiles

/// How pictures of any shape become pictures of one shape.
public enum Fit: String, Sendable, Codable, CaseIterable {
    /// The whole picture in the middle of a border. It is scaled to reach two sides, unless its own pixels do so but
    /// for a fifth at most: then they stay as they are (28×28 in 32×32 has a border of two pixels).
    case pad
    /// The middle of the picture: what is too long is cut off on both sides.
    case crop
    /// The whole picture, its proportions changed.
    case squeeze
}

/// Where in a frame the picture itself lies.
public struct FrameContent: Sendable, Equatable, Codable {
    /// Columns of the frame to the left of it.
    public let x: Int
    /// Rows of the frame above it.
    public let y: Int
    /// Columns of the picture in the frame.
    public let width: Int
    /// Rows of the picture in the frame.
    public let height: Int
}

extension Fit {
    /// Where a picture of some extent comes to lie in a frame: all of it, unless it is padded.
    public func content(of picture: PictureSize, in frame: PictureSize) -> FrameContent {
        guard self == .pad else { return FrameContent(x: 0, y: 0, width: frame.width, height: frame.height) }
        let scale = min(
            Double(frame.width) / Double(picture.width), Double(frame.height) / Double(picture.height))
        let keeps = scale >= 1 && scale <= 1.25
        let width = keeps ? picture.width : min(max(1, Int((Double(picture.width) * scale).rounded())), frame.width)
        let height =
            keeps ? picture.height : min(max(1, Int((Double(picture.height) * scale).rounded())), frame.height)
        return FrameContent(
            x: (frame.width - width) / 2, y: (frame.height - height) / 2, width: width, height: height)
    }

    /// What suits a data set at a network size: small pictures of one extent that nearly fill it are padded, all
    /// others cropped.
    public static func automatic(for dataset: any PictureDataset, size: Int) -> Fit {
        guard let extent = dataset.pictureSize else { return .crop }
        let longest = max(extent.width, extent.height)
        return longest <= size && longest * 5 >= size * 4 ? .pad : .crop
    }
}

extension Image {
    /// The picture in a frame of the given extent.
    public func fitted(
        width: Int, height: Int, _ fit: Fit, filter: ResizeFilter = .bicubic, padding: Padding = .black
    ) -> Image {
        precondition(width > 0 && height > 0, "fitted: to \(width)×\(height)")
        switch fit {
        case .squeeze:
            return resized(width: width, height: height, filter: filter)
        case .crop:
            let scale = max(Double(width) / Double(self.width), Double(height) / Double(self.height))
            let across = min(max(1, Int((Double(width) / scale).rounded())), self.width)
            let down = min(max(1, Int((Double(height) / scale).rounded())), self.height)
            return cropped(x: (self.width - across) / 2, y: (self.height - down) / 2, width: across, height: down)
                .resized(width: width, height: height, filter: filter)
        case .pad:
            let content = fit.content(
                of: PictureSize(width: self.width, height: self.height),
                in: PictureSize(width: width, height: height))
            return resized(width: content.width, height: content.height, filter: filter)
                .padded(
                    left: content.x, top: content.y, right: width - content.width - content.x,
                    bottom: height - content.height - content.y, with: padding)
        }
    }
}
