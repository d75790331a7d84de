import ImageFiles

/// Which part of a dataset to use.
package struct DatasetOptions: Sendable, Equatable {
    /// The part to open. A dataset with only one part counts as the training part.
    package var split: DatasetSplit
    /// The classes to keep, in the order of their new labels; nil keeps all. Case, spaces and punctuation do not
    /// matter.
    package var classes: [String]?
    /// The most images to use, spread evenly over the dataset; nil uses all.
    package var limit: Int?
    /// The most images of each class to use, spread evenly over the class; nil uses all. It counts before ``limit``.
    package var limitPerClass: Int?

    /// By default the whole training part.
    package init(
        split: DatasetSplit = .train, classes: [String]? = nil, limit: Int? = nil, limitPerClass: Int? = nil
    ) {
        self.split = split
        self.classes = classes
        self.limit = limit
        self.limitPerClass = limitPerClass
    }

    /// Whether the whole part is used.
    var usesAll: Bool { classes == nil && limit == nil && limitPerClass == nil }
}

/// A subset of another dataset, with its own labels.
struct DatasetSelection: ImageDataset {
    let base: any ImageDataset
    let indices: [Int]
    let labels: [Int]
    let classNames: [String]

    /// - Throws: ``DatasetError`` if a class is unknown or no image is left.
    init(_ base: any ImageDataset, _ options: DatasetOptions) throws {
        self.base = base
        var chosen = Array(0..<base.count)
        var relabelled = Array(0..<base.classNames.count)
        var names = base.classNames
        if let wanted = options.classes {
            let known = base.classNames.map(looseName)
            var picked: [Int] = []
            for name in wanted {
                guard let match = base.classNames.firstIndex(of: name) ?? known.firstIndex(of: looseName(name)) else {
                    throw DatasetError.unknownClass(path: base.path, name: name, known: base.classNames)
                }
                if !picked.contains(match) { picked.append(match) }
            }
            names = picked.map { base.classNames[$0] }
            relabelled = base.classNames.indices.map { picked.firstIndex(of: $0) ?? -1 }
            chosen = chosen.filter { relabelled[base.label($0)] >= 0 }
        }
        if let limit = options.limitPerClass {
            let members = Dictionary(grouping: chosen, by: base.label).values
            chosen = members.flatMap { Self.spread($0, limit) }.sorted()
        }
        if let limit = options.limit { chosen = Self.spread(chosen, limit) }
        guard !chosen.isEmpty else {
            throw DatasetError.empty(path: base.path, reason: "the requested classes and limit leave no images")
        }
        indices = chosen
        labels = base.isLabeled ? chosen.map { relabelled[base.label($0)] } : []
        classNames = names
    }

    /// At most `limit` of the indices, evenly spread.
    private static func spread(_ indices: [Int], _ limit: Int) -> [Int] {
        guard limit < indices.count else { return indices }
        return (0..<max(limit, 0)).map { indices[$0 * indices.count / limit] }
    }

    var path: String { base.path }
    var layout: DatasetLayout { base.layout }
    var split: DatasetSplit { base.split }
    var count: Int { indices.count }
    var channels: Int { base.channels }
    var imageSize: ImageSize? { base.imageSize }
    var typicalSize: ImageSize { base.typicalSize }
    var notes: [String] { base.notes }
    func image(_ index: Int) throws -> Image { try base.image(indices[index]) }
    func label(_ index: Int) -> Int { labels.isEmpty ? 0 : labels[index] }
    func name(_ index: Int) -> String { base.name(indices[index]) }
    func byteCount(_ index: Int) -> Int { base.byteCount(indices[index]) }
}

/// A class name reduced to its letters and digits, in lower case.
package func looseName(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
}
