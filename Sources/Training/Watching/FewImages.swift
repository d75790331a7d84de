import Files
import ImageData

/// So few images that a network learns them by heart.
public struct FewImages: Sendable, Equatable {
    /// A class with few images.
    public struct SmallClass: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Its images.
        public let count: Int
    }

    /// How many images there are, if they are fewer than a training needs.
    public let count: Int?
    /// The classes with fewer images than a class needs.
    public let classes: [SmallClass]

    /// Fewer images are few for a training, or for a class of it.
    package static let (leastImages, leastInClass) = (100, 10)

    /// Nil if there are enough.
    ///
    /// - Parameter classes: the names of the classes with their numbers of images; empty without classes.
    package init?(_ count: Int, classes: [(name: String, count: Int)] = []) {
        self.count = count < Self.leastImages ? count : nil
        self.classes = classes.filter { $0.count < Self.leastInClass }.map {
            SmallClass(name: $0.name, count: $0.count)
        }
        if self.count == nil, self.classes.isEmpty { return nil }
    }

    package init?(_ dataset: any ImageDataset) {
        self.init(dataset.count, classes: zip(dataset.classNames, dataset.classCounts).map { ($0, $1) })
    }
}

extension FewImages: CustomStringConvertible {
    /// What is missing.
    public var description: String {
        var sentences: [String] = []
        if let count {
            sentences.append(
                "there are only \(counted(count, "image")); fewer than \(Self.leastImages) are learned by heart")
        }
        if !classes.isEmpty {
            let shown = classes.prefix(8).map { "\($0.name) (\($0.count))" } + (classes.count > 8 ? ["…"] : [])
            sentences.append("classes with fewer than \(Self.leastInClass) images: \(shown.joined(separator: ", "))")
        }
        return sentences.joined(separator: "; ")
    }
}
