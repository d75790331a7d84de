import Files
import ImageFiles

/// A dataset of images, with or without classes. Several threads may read images in any order.
package protocol ImageDataset: Sendable {
    /// The folder or file it was opened from.
    var path: String { get }
    /// Its layout on disk.
    var layout: DatasetLayout { get }
    /// The part that was opened.
    var split: DatasetSplit { get }
    /// How many images there are; at least 1.
    var count: Int { get }
    /// The names of the classes in the order of their labels; empty when the images have no labels.
    var classNames: [String] { get }
    /// 1 if the images are gray, 3 if they have color.
    var channels: Int { get }
    /// The common size of all images; nil if sizes differ.
    var imageSize: ImageSize? { get }
    /// The size of a typical image.
    var typicalSize: ImageSize { get }
    /// Messages about files that were left out or looked odd.
    var notes: [String] { get }

    /// One image.
    ///
    /// - Throws: `ImageError` when the file is missing or broken.
    func image(_ index: Int) throws -> Image
    /// The class of an image, an index into ``classNames``; 0 when there are no labels.
    func label(_ index: Int) -> Int
    /// The name of an image in messages: its file, or its file and number.
    func name(_ index: Int) -> String
    /// Bytes of the file that an image is in.
    func byteCount(_ index: Int) -> Int
}

extension ImageDataset {
    /// Of the file that has the name of the image.
    package func byteCount(_ index: Int) -> Int { FileStatus(name(index))?.bytes ?? 0 }
}

/// Columns and rows of an image.
public struct ImageSize: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// In pixels.
    public var width: Int
    /// In pixels.
    public var height: Int

    /// An extent in pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// `28×28`: width, then height.
    public var description: String { "\(width)×\(height)" }

    /// By area, then by width.
    public static func < (a: ImageSize, b: ImageSize) -> Bool {
        (a.width * a.height, a.width) < (b.width * b.height, b.width)
    }
}

/// The layout of a dataset on disk.
public enum DatasetLayout: String, Sendable, Codable, CaseIterable {
    /// The files of MNIST and its relatives.
    case idx
    /// The binary version of CIFAR-10.
    case cifar10
    /// One folder of images per class.
    case classFolders
    /// Images without classes in one folder.
    case flatFolder
    /// Images whose classes are in a list: `dataset.json` or a table.
    case labelList

    /// The name in messages.
    package var title: String {
        switch self {
        case .idx: "IDX files"
        case .cifar10: "CIFAR-10 binary files"
        case .classFolders: "class folders"
        case .flatFolder: "a folder of images"
        case .labelList: "images with a list of labels"
        }
    }

    /// Whether images are files that have to be decoded.
    var holdsFiles: Bool {
        switch self {
        case .idx, .cifar10: false
        case .classFolders, .flatFolder, .labelList: true
        }
    }
}

/// The part of a dataset to train on, or the part to test on.
public enum DatasetSplit: String, Sendable, Codable, CaseIterable {
    /// The part to train on.
    case train
    /// The part to test on.
    case test
}

extension ImageDataset {
    /// Whether the images have classes.
    package var isLabeled: Bool { !classNames.isEmpty }

    /// The network size that suits the images, a power of two from 16 to 256: for small images of one size, the next
    /// larger one (28 → 32); otherwise the largest that does not upscale a typical image.
    package var suggestedSize: Int {
        let side = min(typicalSize.width, typicalSize.height)
        var size = 16
        if side <= 64, max(typicalSize.width, typicalSize.height) <= 64, imageSize != nil {
            while size < max(typicalSize.width, typicalSize.height) { size *= 2 }
            return size
        }
        while size * 2 <= min(side, 256) { size *= 2 }
        return size
    }

    /// One line: the kind, the size and the path of the dataset.
    package var summary: String {
        let kinds = isLabeled ? " in \(counted(classNames.count, "class", "classes"))" : ""
        let extent = imageSize.map { "\($0)" } ?? "about \(typicalSize)"
        let mode = channels == 1 ? "gray" : "color"
        let images = counted(count, "image") + kinds
        return "\(images), \(extent) \(mode), \(layout.title), \(split.rawValue) split, \(path)"
    }

    /// How many images each class has; empty without labels.
    package var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: classNames.count)
        if isLabeled {
            for index in 0..<count { counts[label(index)] += 1 }
        }
        return counts
    }
}
