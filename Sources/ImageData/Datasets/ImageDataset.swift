import ImageFiles

/// A set of images, with or without classes, that can be read one by one and in any order, from several threads.
public protocol ImageDataset: Sendable {
    /// The folder or file it was opened from.
    var path: String { get }
    /// How it lies on disk.
    var layout: DatasetLayout { get }
    /// The part that was opened.
    var split: DatasetSplit { get }
    /// How many images there are; at least 1.
    var count: Int { get }
    /// The names of the classes in the order of their labels; empty when the images have no labels.
    var classNames: [String] { get }
    /// 1 when the images are gray, 3 when there is color.
    var channels: Int { get }
    /// The extent that all images share, or nil when they differ.
    var imageSize: ImageSize? { get }
    /// The extent of a typical image.
    var typicalSize: ImageSize { get }
    /// What was left out or looked odd when the set was opened, in words.
    var notes: [String] { get }

    /// One image.
    ///
    /// - Throws: `ImageError` when the file is missing or broken.
    func image(_ index: Int) throws -> Image
    /// The class of an image, an index into ``classNames``; 0 when there are no labels.
    func label(_ index: Int) -> Int
    /// What to call an image in messages: its file, or its file and number.
    func name(_ index: Int) -> String
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

/// How a dataset lies on disk.
public enum DatasetLayout: String, Sendable, Codable, CaseIterable {
    /// The files of MNIST and its relatives.
    case idx
    /// The binary version of CIFAR-10.
    case cifar10
    /// One folder of images per class.
    case classFolders
    /// Images without classes in one folder.
    case flatFolder

    /// What to call it in messages.
    public var title: String {
        switch self {
        case .idx: "IDX files"
        case .cifar10: "CIFAR-10 binary files"
        case .classFolders: "class folders"
        case .flatFolder: "a folder of images"
        }
    }
}

/// The part of a dataset to train on, or the part kept aside to judge with.
public enum DatasetSplit: String, Sendable, Codable, CaseIterable {
    /// What is learned from.
    case train
    /// What is kept aside to measure with.
    case test
}

extension ImageDataset {
    /// Whether the images have classes.
    public var isLabeled: Bool { !classNames.isEmpty }

    /// The network size that suits the images: a power of two from 16 to 256, the next one up for small images
    /// of one size (28 → 32), otherwise the largest that does not upscale a typical image.
    public var suggestedSize: Int {
        let side = min(typicalSize.width, typicalSize.height)
        var size = 16
        if side <= 64, max(typicalSize.width, typicalSize.height) <= 64, imageSize != nil {
            while size < max(typicalSize.width, typicalSize.height) { size *= 2 }
            return size
        }
        while size * 2 <= min(side, 256) { size *= 2 }
        return size
    }

    /// One line: what it is, how much of it there is and where it lies.
    public var summary: String {
        let kinds = isLabeled ? " in \(classNames.count) \(classNames.count == 1 ? "class" : "classes")" : ""
        let extent = imageSize.map { "\($0)" } ?? "about \(typicalSize)"
        let mode = channels == 1 ? "gray" : "color"
        return "\(count) images\(kinds), \(extent) \(mode), \(layout.title), \(split.rawValue) split, \(path)"
    }

    /// How many images each class has; empty without labels.
    public var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: classNames.count)
        if isLabeled {
            for index in 0..<count { counts[label(index)] += 1 }
        }
        return counts
    }
}
