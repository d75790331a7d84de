import Files
import ImageFiles

/// A dataset of image pairs: inputs and targets of a translator. Several threads may read pairs in any order.
package protocol PairDataset: Sendable {
    /// The folder it was opened from.
    var path: String { get }
    /// Its layout on disk.
    var layout: PairLayout { get }
    /// The part that was opened.
    var split: PairSplit { get }
    /// How many pairs there are; at least 1.
    var count: Int { get }
    /// Channels of inputs and of targets: 1 gray, 3 RGB.
    var channels: (input: Int, target: Int) { get }
    /// The size of a typical image of a pair.
    var typicalSize: ImageSize { get }
    /// Messages about files that were left out or looked odd.
    var notes: [String] { get }

    /// The two images of a pair.
    ///
    /// - Throws: `ImageError` if a file is missing or broken, ``PairError`` if the halves cannot be separated.
    func pair(_ index: Int) throws -> ImagePair
    /// The name of a pair in messages: its file.
    func name(_ index: Int) -> String
    /// The files of a pair.
    func files(_ index: Int) -> [String]
    /// The class of a pair: the folder that its file lies in, below the folder of its part; nil if it lies in none.
    func className(_ index: Int) -> String?
}

extension PairDataset {
    /// The one that gives the pair its name.
    package func files(_ index: Int) -> [String] { [name(index)] }
    /// No class.
    package func className(_ index: Int) -> String? { nil }
}

/// An input and its target, or a photo alone if the input is a sketch that is drawn each time.
package enum ImagePair: Sendable {
    /// Two images of one size.
    case images(input: Image, target: Image)
    /// A photo whose sketch is the input.
    case photo(Image)
}

/// The layout of pairs on disk.
public enum PairLayout: String, Sendable, Codable, CaseIterable {
    /// Both images in one file, A on the left and B on the right.
    case sideBySide
    /// Both images in one file, A above and B below.
    case stacked
    /// Two folders; both images of a pair have the same name.
    case twinFolders
    /// Photos only; the inputs are sketches of them.
    case photos

    /// The name in messages.
    package var title: String {
        switch self {
        case .sideBySide: "side by side"
        case .stacked: "stacked"
        case .twinFolders: "in twin folders"
        case .photos: "drawn from photos"
        }
    }
}

/// Which image of a pair is the input.
public enum PairDirection: String, Sendable, Codable, CaseIterable {
    /// From A (the left one) to B.
    case aToB = "AtoB"
    /// From B to A.
    case bToA = "BtoA"
}

/// The part of a dataset of pairs.
public enum PairSplit: String, Sendable, Codable, CaseIterable {
    /// The part to train on.
    case train
    /// The part to choose settings with.
    case val
    /// The part to test on.
    case test

    /// Names of folders that hold it.
    var folderNames: [String] {
        switch self {
        case .train: ["train", "training"]
        case .val: ["val", "valid", "validation"]
        case .test: ["test", "testing"]
        }
    }
}

extension PairDataset {
    /// One line: the kind, the size and the path of the dataset.
    package var summary: String {
        "\(counted(count, "pair")) \(layout.title), about \(typicalSize), \(split.rawValue) split, \(path)"
    }
}
