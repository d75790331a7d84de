import ImageFiles

/// What to take from a dataset.
public struct DatasetOptions: Sendable, Equatable {
    /// The part to open. A set that has only one part counts as the training part.
    public var split: DatasetSplit
    /// The classes to keep, in the order that gives their new labels; nil keeps all. Upper and lower case, spaces and
    /// punctuation do not matter.
    public var classes: [String]?
    /// The most images to take, spread evenly over the set; nil takes all.
    public var limit: Int?

    /// The whole training part unless said otherwise.
    public init(split: DatasetSplit = .train, classes: [String]? = nil, limit: Int? = nil) {
        self.split = split
        self.classes = classes
        self.limit = limit
    }
}

/// Some of the images of another dataset, under labels of their own.
struct DatasetSelection: ImageDataset {
    let base: any ImageDataset
    let indices: [Int]
    let labels: [Int]
    let classNames: [String]

    /// - Throws: ``DatasetError`` when a class is unknown or nothing is left.
    init(_ base: any ImageDataset, _ options: DatasetOptions) throws {
        self.base = base
        var chosen = Array(0..<base.count)
        var relabelled = Array(0..<base.classNames.count)
        var names = base.classNames
        if let wanted = options.classes {
            let known = base.classNames.map(looseName)
            var picked: [Int] = []
            for name in wanted {
                guard let match = known.firstIndex(of: looseName(name)) else {
                    throw DatasetError.unknownClass(path: base.path, name: name, known: base.classNames)
                }
                if !picked.contains(match) { picked.append(match) }
            }
            names = picked.map { base.classNames[$0] }
            relabelled = base.classNames.indices.map { picked.firstIndex(of: $0) ?? -1 }
            chosen = chosen.filter { relabelled[base.label($0)] >= 0 }
        }
        if let limit = options.limit, limit < chosen.count {
            chosen = (0..<max(limit, 0)).map { chosen[$0 * chosen.count / limit] }
        }
        guard !chosen.isEmpty else {
            throw DatasetError.empty(path: base.path, reason: "the classes and the limit asked for leave no image")
        }
        indices = chosen
        labels = base.isLabeled ? chosen.map { relabelled[base.label($0)] } : []
        classNames = names
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
}

/// A class name reduced to what people remember of it: letters and digits in lower case.
package func looseName(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
}
