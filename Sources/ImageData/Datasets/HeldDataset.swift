import ImageFiles
import Memory

/// A dataset in memory, whose images are equally large.
package struct HeldDataset: ImageDataset {
    package let path: String
    package let layout: DatasetLayout
    package let split: DatasetSplit
    package let classNames: [String]
    package let channels: Int
    package let typicalSize: ImageSize
    package let notes: [String]
    private let images: [Image]
    private let labels: [Int]

    /// Given images.
    ///
    /// - Parameters:
    ///   - images: at least one; all have the same size.
    ///   - labels: the class of each image, an index into `classNames`.
    ///   - path: the name in messages.
    package init(_ images: [Image], labels: [Int], classNames: [String], path: String) {
        precondition(!images.isEmpty && images.count == labels.count, "HeldDataset: \(images.count) images")
        self.init(
            images, labels, classNames, path: path, layout: .classFolders, split: .train,
            channels: images.contains { !$0.isGray } ? 3 : 1, notes: [])
    }

    /// The images of another dataset, in one frame. Images that cannot be read are left out, and ``notes`` says which.
    ///
    /// - Parameters:
    ///   - dataset: the other dataset.
    ///   - frame: the form of the images.
    ///   - labels: the new label of each class of the dataset.
    ///   - classNames: the classes of the new labels.
    ///   - progress: is told how many images were read.
    /// - Throws: ``DatasetError/empty(path:reason:)`` if none can be read, `OutOfMemory`.
    package init(
        _ dataset: any ImageDataset, frame: ImageFrame, labels: [Int], classNames: [String],
        progress: (Int) throws -> Void = { _ in }
    ) throws {
        var (images, kept, notes) = ([Image](), [Int](), dataset.notes)
        for index in 0..<dataset.count {
            do {
                images.append(frame.frame(try dataset.image(index)).converted8())
                kept.append(labels[dataset.label(index)])
            } catch {
                if OutOfMemory.cause(of: error) != nil { throw error }
                notes.append("skipped \(error)")
            }
            try progress(index + 1)
        }
        guard !images.isEmpty else {
            throw DatasetError.empty(
                path: dataset.path, reason: "none of its \(dataset.count) images can be read")
        }
        self.init(
            images, kept, classNames, path: dataset.path, layout: dataset.layout, split: dataset.split,
            channels: frame.channels, notes: notes)
    }

    /// The images of this dataset and of another with the same classes.
    package func joined(with other: HeldDataset) -> HeldDataset {
        HeldDataset(
            images + other.images, labels + other.labels, classNames, path: path, layout: layout, split: split,
            channels: max(channels, other.channels), notes: notes + other.notes)
    }

    private init(
        _ images: [Image], _ labels: [Int], _ classNames: [String], path: String, layout: DatasetLayout,
        split: DatasetSplit, channels: Int, notes: [String]
    ) {
        (self.images, self.labels, self.classNames) = (images, labels, classNames)
        (self.path, self.layout, self.split, self.channels, self.notes) = (path, layout, split, channels, notes)
        typicalSize = ImageSize(width: images[0].width, height: images[0].height)
    }

    package var imageSize: ImageSize? { typicalSize }
    package var count: Int { images.count }
    package func image(_ index: Int) -> Image { images[index] }
    package func label(_ index: Int) -> Int { labels[index] }
    package func name(_ index: Int) -> String { "\(path) #\(index)" }
}
