import ImageData
import Models
import Training

/// Which images of a set are learned from, and in what form. What is nil is as suits the images, or as recorded where a
/// run goes on.
public struct ImageSelection: Sendable {
    /// Only these classes; empty for all.
    public var classes: [String] = []
    /// At most so many images, spread over the set.
    public var limit: Int?
    /// At most so many images of each class, spread over the class.
    public var limitPerClass: Int?
    /// Side of the network's square: a power of two from 16 to 256.
    public var size: Int?
    /// 1 for gray, 3 for color.
    public var channels: Int?
    /// How images become square.
    public var fit: Fit?

    /// All images, in the form that suits them.
    public init(size: Int? = nil, classes: [String] = [], limit: Int? = nil) {
        self.size = size
        self.classes = classes
        self.limit = limit
    }

    /// A choice with what is set in its place.
    func changed(_ choice: DataChoice) -> DataChoice {
        var choice = choice
        if !classes.isEmpty { choice.classes = classes }
        choice.limit = limit ?? choice.limit
        choice.limitPerClass = limitPerClass ?? choice.limitPerClass
        choice.fit = fit ?? choice.fit
        return choice
    }

    /// The network's images for a dataset.
    func shape(_ dataset: any ImageDataset, fit: Fit?) -> ImageShape {
        let side = size ?? dataset.suggestedSize
        let way = fit ?? Fit.automatic(for: dataset, size: side)
        let frame = ImageSize(width: side, height: side)
        let content = way.content(of: dataset.imageSize ?? frame, in: frame)
        return ImageShape(
            size: side, channels: channels ?? dataset.channels, contentWidth: content.width,
            contentHeight: content.height)
    }
}
