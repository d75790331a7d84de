import Files
import ImageFiles

/// Two collections of images, A and B, without pairs.
package struct UnpairedImages: Sendable {
    /// The folder that they were opened from.
    package let path: String
    /// The part that was opened.
    package let split: PairSplit
    /// Channels of A and of B: 1 gray, 3 RGB.
    package let channels: (a: Int, b: Int)
    /// The size of a typical image of B.
    package let typicalSize: ImageSize
    let files: (a: [String], b: [String])

    /// Opens two folders, `trainA/` and `trainB/`, `A/` and `B/`, or `A/train/` and `B/train/`.
    ///
    /// - Parameters:
    ///   - split: the part to open. A dataset with only one part counts as the training part.
    ///   - direction: `.bToA` swaps A and B.
    /// - Throws: ``PairError`` and ``DatasetError``, which show what was found and what was expected.
    package init(_ path: String, split: PairSplit = .train, direction: PairDirection = .aToB) throws {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.split = split
        let sides = try PairReader.sides(self.path, split)
        let (first, second) = direction == .aToB ? (sides.a, sides.b) : (sides.b, sides.a)
        func images(_ side: FolderListing, beside other: FolderListing) throws -> [String] {
            let files = side.imagesBelow().map(side.path(of:))
            if files.isEmpty {
                throw DatasetError.empty(path: side.path, reason: "this folder needs images, like \(other.path)")
            }
            return files
        }
        files = (try images(first, beside: second), try images(second, beside: first))
        let facts = (a: try PairFacts(files.a), b: try PairFacts(files.b))
        channels = (facts.a.channels, facts.b.channels)
        typicalSize = facts.b.typicalSize
    }

    /// How many images the two sides have; each at least 1.
    package var counts: (a: Int, b: Int) { (files.a.count, files.b.count) }

    /// The number of images on the larger side.
    package var count: Int { max(files.a.count, files.b.count) }

    /// One line: the numbers of images and the path.
    package var summary: String {
        "\(counted(files.a.count, "image")) of A and \(files.b.count) of B, about \(typicalSize), \(split.rawValue) split, \(path)"
    }
}
