import ImageFiles

/// A set of image pairs: what a translator is shown and what it shall make of it. Can be read in any order, from
/// several threads.
public protocol PairDataset: Sendable {
    /// The folder it was opened from.
    var path: String { get }
    /// How it lies on disk.
    var layout: PairLayout { get }
    /// The part that was opened.
    var split: PairSplit { get }
    /// How many pairs there are; at least 1.
    var count: Int { get }
    /// Channels of inputs and of targets: 1 gray, 3 RGB.
    var channels: (input: Int, target: Int) { get }
    /// The extent of a typical image of a pair.
    var typicalSize: ImageSize { get }
    /// What was left out or looked odd when the set was opened, in words.
    var notes: [String] { get }

    /// The two images of a pair.
    ///
    /// - Throws: `ImageError` when a file is missing or broken, ``PairError`` when its halves cannot be told apart.
    func pair(_ index: Int) throws -> ImagePair
    /// What to call a pair in messages: its file.
    func name(_ index: Int) -> String
}

/// An input and its target. Where the input is a sketch that is drawn anew each time, only the photo is there.
public enum ImagePair: Sendable {
    /// Two images of one extent.
    case images(input: Image, target: Image)
    /// A photo whose sketch is the input.
    case photo(Image)
}

/// How pairs lie on disk.
public enum PairLayout: String, Sendable, Codable, CaseIterable {
    /// Both images in one file, A on the left and B on the right.
    case sideBySide
    /// Two folders, the images of a pair under one name.
    case twinFolders
    /// Photos only: inputs are sketches drawn after them.
    case photos
}

/// Which image of a pair is the input.
public enum PairDirection: String, Sendable, Codable, CaseIterable {
    /// From A (the left one) to B.
    case aToB = "AtoB"
    /// From B to A.
    case bToA = "BtoA"
}

/// The part of a set of pairs.
public enum PairSplit: String, Sendable, Codable, CaseIterable {
    /// What is learned from.
    case train
    /// What settings are chosen with.
    case val
    /// What is measured at the end.
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
    /// One line: what it is, how much of it there is and where it lies.
    public var summary: String {
        let form =
            switch layout {
            case .sideBySide: "side by side"
            case .twinFolders: "in twin folders"
            case .photos: "drawn after photos"
            }
        return "\(count) pairs \(form), about \(typicalSize), \(split.rawValue) split, \(path)"
    }
}
