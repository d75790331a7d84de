/// What `DataCheck` found in a dataset.
public struct DataReport: Sendable, Codable, Equatable {
    /// The number of images in a part of the dataset, in total and for each class.
    public struct Part: Sendable, Codable, Equatable {
        /// Which part it is.
        public var split: DatasetSplit
        /// Images in it.
        public var count: Int
        /// In the order of ``DataReport/classNames``.
        public var classCounts: [Int]
    }

    /// The number of images with one size or one mode.
    public struct Share: Sendable, Codable, Equatable {
        /// The size or mode, such as `28×28`.
        public var name: String
        /// Images that have it.
        public var count: Int
    }

    /// An image and a problem with it.
    public struct Finding: Sendable, Codable, Equatable {
        /// Its file, or its file and number.
        public var name: String
        /// The problem, as text.
        public var reason: String
    }

    /// Images that are the same, or nearly.
    public struct Duplicates: Sendable, Codable, Equatable {
        /// Files, or files and numbers, of all of them.
        public var names: [String]
        /// Whether they carry different labels.
        public var classesDiffer: Bool
        /// Whether they are in both the training and the test part, which improves every figure unfairly.
        public var splitsDiffer: Bool
    }

    /// Suggested options for `atelier train`.
    public struct Suggestion: Sendable, Codable, Equatable {
        /// Rows and columns of the network.
        public var size: Int
        /// 1 gray, 3 RGB.
        public var channels: Int
        /// How images become squares.
        public var fit: Fit
    }

    /// The path of the dataset.
    public var path: String
    /// Its layout on disk.
    public var layout: DatasetLayout
    /// In the order of the labels; empty without classes.
    public var classNames: [String]
    /// The training part, then the test part if there is one.
    public var parts: [Part]
    /// The sizes, most frequent first.
    public var sizes: [Share]
    /// Channels and depth, such as `RGB 8-bit`, the most frequent first.
    public var modes: [Share]
    /// Images that cannot be decoded.
    public var broken: [Finding]
    /// Images whose pixels are the same.
    public var duplicates: [Duplicates]
    /// Images that look the same; nil if not examined.
    public var nearDuplicates: [Duplicates]?
    /// Readable images that look out of place.
    public var odd: [Finding]
    /// Warnings before training.
    public var warnings: [String]
    /// Suggested settings for the dataset.
    public var suggestion: Suggestion

    /// Images of all parts.
    public var count: Int { parts.reduce(0) { $0 + $1.count } }
    /// Whether every image can be read.
    public var isSound: Bool { broken.isEmpty }
}

/// How thorough `DataCheck` is.
public struct DataCheckOptions: Sendable, Equatable {
    /// Also look for images that are nearly the same.
    public var nearDuplicates: Bool

    /// By default without near duplicates, which take longer.
    public init(nearDuplicates: Bool = false) {
        self.nearDuplicates = nearDuplicates
    }
}
