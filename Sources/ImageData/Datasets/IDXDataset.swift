import ImageFiles

/// Gray images of one size and their labels from a pair of IDX files.
struct IDXDataset: ImageDataset {
    let path: String
    let split: DatasetSplit
    let classNames: [String]
    let notes: [String]
    private let images: IDXFile
    private let labels: IDXFile?

    /// - Parameter names: the names of the classes, if known; otherwise the path determines them.
    init(path: String, split: DatasetSplit, images imageFile: String, labels: String?, names: [String]?) throws {
        self.path = path
        self.split = split
        images = try IDXFile(imageFile, rank: 3)
        self.labels = try labels.map { try IDXFile($0, rank: 1) }
        guard images.extents[0] > 0 else {
            throw DatasetError.empty(path: imageFile, reason: "its header says that it holds no image")
        }
        guard (1...1 << 14).contains(images.extents[1]), (1...1 << 14).contains(images.extents[2]) else {
            throw DatasetError.corrupt(
                file: imageFile, reason: "images of \(images.extents[2])×\(images.extents[1]) pixels")
        }
        guard let labelFile = self.labels else {
            classNames = []
            notes = ["there is no label file beside \(imageFile), so the images have no classes"]
            return
        }
        guard labelFile.extents[0] == images.extents[0] else {
            throw DatasetError.corrupt(
                file: labelFile.path,
                reason: "\(labelFile.extents[0]) labels for the \(images.extents[0]) images of \(imageFile)")
        }
        let highest = Int(labelFile.bytes[labelFile.offset...].max() ?? 0)
        let known = names ?? KnownClassNames.idx(path: path, count: highest + 1)
        guard highest < known.count else {
            throw DatasetError.corrupt(
                file: labelFile.path, reason: "label \(highest), but only \(known.count) classes have names")
        }
        classNames = known
        notes = []
    }

    var layout: DatasetLayout { .idx }
    var count: Int { images.extents[0] }
    var channels: Int { 1 }
    var imageSize: ImageSize? { typicalSize }
    var typicalSize: ImageSize { ImageSize(width: images.extents[2], height: images.extents[1]) }

    func image(_ index: Int) -> Image {
        let area = images.extents[1] * images.extents[2]
        let start = images.offset + index * area
        return Image(
            width: images.extents[2], height: images.extents[1], channels: 1,
            samples8: Array(images.bytes[start..<start + area]))
    }

    func label(_ index: Int) -> Int { labels.map { Int($0.bytes[$0.offset + index]) } ?? 0 }
    func name(_ index: Int) -> String { "\(images.path) #\(index)" }
    func byteCount(_ index: Int) -> Int { images.bytes.count }
}

extension IDXDataset {
    /// The files of one split in a folder.
    struct Files: Equatable {
        var images: String
        var labels: String?
    }

    /// Whether a file has the name of an IDX file of images or labels.
    static func isNamedLikeOne(_ name: String) -> Bool {
        let plain = plainName(name)
        return plain.hasSuffix("idx3-ubyte") || plain.hasSuffix("idx1-ubyte")
    }

    /// The files of a split among the names in a folder. `t10k` and `test` both mean the test split.
    static func files(of split: DatasetSplit, among names: [String]) -> Files? {
        let prefixes = split == .train ? ["train"] : ["t10k", "test"]
        for prefix in prefixes {
            func find(_ kind: String) -> String? {
                names.filter { plainName($0).hasSuffix("\(prefix)-\(kind)-ubyte") }.min { $0.count < $1.count }
            }
            if let images = find("images-idx3") { return Files(images: images, labels: find("labels-idx1")) }
        }
        return nil
    }

    /// The name of the label file that belongs to a file of images, with and without gzip.
    static func labelNames(for images: String) -> [String] {
        let name = images.replacing("images", with: "labels").replacing("idx3", with: "idx1")
        guard name != images else { return [] }
        return name.hasSuffix(".gz") ? [name, String(name.dropLast(3))] : [name, name + ".gz"]
    }

    private static func plainName(_ name: String) -> String {
        let lower = name.lowercased()
        return (lower.hasSuffix(".gz") ? String(lower.dropLast(3)) : lower).replacing(".", with: "-")
    }
}
