import Files

/// The images of a training, as its run records them: enough to notice later that they are others.
public struct DataRecord: Codable, Sendable, Hashable {
    /// The layout on disk: a ``DatasetLayout``, a ``PairLayout``, `unpaired` or `photos`.
    public var kind: String
    /// The names of the classes in label order; empty without classes.
    public var classes: [String]
    /// 1 for gray, 3 for color; of inputs and targets if there are both, or of A and B.
    public var channels: [Int]
    /// How many images, pairs, or images of both sides.
    public var count: Int
    /// A hash of the names, sizes in bytes and labels of all files.
    public var digest: String

    /// - Parameters:
    ///   - roots: the folders that names are relative to, so that moved images are the same images.
    ///   - files: name, size in bytes, and label.
    init(
        kind: String, classes: [String] = [], channels: [Int], count: Int, roots: [String],
        files: some Sequence<(name: String, bytes: Int, label: String)>
    ) {
        (self.kind, self.classes, self.channels, self.count) = (kind, classes, channels, count)
        let lines = files.map { "\(Self.relative($0.name, to: roots))\t\($0.bytes)\t\($0.label)" }
        let hash = String(stableHash(lines.joined(separator: "\n")), radix: 16)
        digest = String(repeating: "0", count: 16 - hash.count) + hash
    }

    private static func relative(_ name: String, to roots: [String]) -> Substring {
        // Of roots such as a and ab, the one that the name is in.
        let own = roots.first { name.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
        guard let root = own ?? roots.first(where: name.hasPrefix) else { return name[...] }
        return name.dropFirst(root.count).drop { $0 == "/" }
    }
}

extension DataRecord {
    package init(_ dataset: any ImageDataset) {
        let classes = dataset.classNames
        self.init(
            kind: dataset.layout.rawValue, classes: classes, channels: [dataset.channels], count: dataset.count,
            roots: [dataset.path],
            files: (0..<dataset.count).lazy.map { index in
                (dataset.name(index), dataset.byteCount(index), classes.isEmpty ? "" : classes[dataset.label(index)])
            })
    }

    package init(_ pairs: any PairDataset) {
        self.init(
            kind: pairs.layout.rawValue, channels: [pairs.channels.input, pairs.channels.target], count: pairs.count,
            roots: [pairs.path], files: Self.onDisk((0..<pairs.count).flatMap(pairs.files)))
    }

    package init(_ images: UnpairedImages) {
        self.init(
            kind: "unpaired", channels: [images.channels.a, images.channels.b],
            count: images.counts.a + images.counts.b, roots: [images.path],
            files: Self.onDisk(images.files.a + images.files.b))
    }

    /// - Parameters:
    ///   - smallPaths: the folders of small versions.
    ///   - channels: of the crops; photos are not opened for this.
    package init(_ photos: PhotoSet, smallPaths: [String], channels: Int) {
        self.init(
            kind: "photos", channels: [channels], count: photos.photos.count, roots: photos.paths + smallPaths,
            files: Self.onDisk(photos.photos.flatMap { [$0.file] + ($0.smallFile.map { [$0] } ?? []) }))
    }

    private static func onDisk(
        _ files: [String]
    ) -> some Sequence<(name: String, bytes: Int, label: String)> {
        files.lazy.map { ($0, FileStatus($0)?.bytes ?? 0, "") }
    }
}

extension DataRecord: CustomStringConvertible {
    /// Everything in one line; of many classes only the first.
    public var description: String {
        let form =
            DatasetLayout(rawValue: kind)?.title ?? PairLayout(rawValue: kind)?.title ?? kind
        let named = classes.prefix(12).joined(separator: ", ") + (classes.count > 12 ? ", …" : "")
        let inClasses =
            classes.isEmpty ? "" : " in \(counted(classes.count, "class", "classes")) (\(named))"
        let colors = channels.map { $0 == 1 ? "gray" : "color" }.joined(separator: " and ")
        return "\(counted(count, "image"))\(inClasses), \(colors), \(form), digest \(digest)"
    }
}
