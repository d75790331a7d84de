/// What `DataCheck` found out about a dataset.
public struct DataReport: Sendable, Codable, Equatable {
    /// How many images a part of the set has, in all and per class.
    public struct Part: Sendable, Codable, Equatable {
        /// Which part it is.
        public var split: DatasetSplit
        /// Images in it.
        public var count: Int
        /// In the order of ``DataReport/classNames``.
        public var classCounts: [Int]
    }

    /// How many images have one size or one mode.
    public struct Share: Sendable, Codable, Equatable {
        /// The size or mode, such as `28×28`.
        public var name: String
        /// Images that have it.
        public var count: Int
    }

    /// An image and what is the matter with it.
    public struct Finding: Sendable, Codable, Equatable {
        /// Its file, or its file and number.
        public var name: String
        /// What is the matter with it, in words.
        public var reason: String
    }

    /// Images that are the same, or nearly.
    public struct Duplicates: Sendable, Codable, Equatable {
        /// Files, or files and numbers, of all of them.
        public var names: [String]
        /// Whether they carry different labels.
        public var classesDiffer: Bool
        /// Whether they lie in the training part and in the test part, which flatters every figure.
        public var splitsDiffer: Bool
    }

    /// What to ask `atelier train` for.
    public struct Suggestion: Sendable, Codable, Equatable {
        /// Rows and columns of the network.
        public var size: Int
        /// 1 gray, 3 RGB.
        public var channels: Int
        /// How images become squares.
        public var fit: Fit
    }

    /// What was looked at.
    public var path: String
    /// How it lies on disk.
    public var layout: DatasetLayout
    /// In the order of the labels; empty without classes.
    public var classNames: [String]
    /// The training part, then the test part if there is one.
    public var parts: [Part]
    /// The most frequent first.
    public var sizes: [Share]
    /// Channels and depth, such as `RGB 8-bit`, the most frequent first.
    public var modes: [Share]
    /// Images that cannot be decoded.
    public var broken: [Finding]
    /// Images whose pixels are the same.
    public var duplicates: [Duplicates]
    /// Images that look the same; nil when they were not looked for.
    public var nearDuplicates: [Duplicates]?
    /// Images that can be read and look out of place.
    public var odd: [Finding]
    /// What to mind before training, in words.
    public var warnings: [String]
    /// What suits the set.
    public var suggestion: Suggestion

    /// Images of all parts.
    public var count: Int { parts.reduce(0) { $0 + $1.count } }
    /// Whether every image can be read.
    public var isSound: Bool { broken.isEmpty }
}

/// How thoroughly `DataCheck` looks.
public struct DataCheckOptions: Sendable, Equatable {
    /// Also look for images that are nearly the same.
    public var nearDuplicates: Bool

    /// Without near duplicates unless said otherwise, as they take longer.
    public init(nearDuplicates: Bool = false) {
        self.nearDuplicates = nearDuplicates
    }
}
