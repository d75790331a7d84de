import ImageFiles

/// Grey pictures of one size and their labels from a pair of IDX files.
struct IDXDataset: PictureDataset {
    let path: String
    let split: DatasetSplit
    let classNames: [String]
    let notes: [String]
    private let pictures: IDXFile
    private let labels: IDXFile?

    /// - Parameter names: the names of the classes when they are known better than by the path.
    init(path: String, split: DatasetSplit, images: String, labels: String?, names: [String]?) throws {
        self.path = path
        self.split = split
        pictures = try IDXFile(images, rank: 3)
        self.labels = try labels.map { try IDXFile($0, rank: 1) }
        guard pictures.extents[0] > 0 else {
            throw DatasetError.empty(path: images, reason: "its header says that it holds no picture")
        }
        guard (1...1 << 14).contains(pictures.extents[1]), (1...1 << 14).contains(pictures.extents[2]) else {
            throw DatasetError.corrupt(
                file: images, reason: "pictures of \(pictures.extents[2])×\(pictures.extents[1]) pixels")
        }
        guard let labelFile = self.labels else {
            classNames = []
            notes = ["no label file stands beside \(images), so the pictures have no classes"]
            return
        }
        guard labelFile.extents[0] == pictures.extents[0] else {
            throw DatasetError.corrupt(
                file: labelFile.path,
                reason: "\(labelFile.extents[0]) labels for the \(pictures.extents[0]) pictures of \(images)")
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
    var count: Int { pictures.extents[0] }
    var channels: Int { 1 }
    var pictureSize: PictureSize? { typicalSize }
    var typicalSize: PictureSize { PictureSize(width: pictures.extents[2], height: pictures.extents[1]) }

    func picture(_ index: Int) -> Image {
        let area = pictures.extents[1] * pictures.extents[2]
        let start = pictures.offset + index * area
        return Image(
            width: pictures.extents[2], height: pictures.extents[1], channels: 1,
            samples8: Array(pictures.bytes[start..<start + area]))
    }

    func label(_ index: Int) -> Int { labels.map { Int($0.bytes[$0.offset + index]) } ?? 0 }
    func name(_ index: Int) -> String { "\(pictures.path) #\(index)" }
}

extension IDXDataset {
    /// The files of one split in a folder.
    struct Files: Equatable {
        var images: String
        var labels: String?
    }

    /// Whether a file carries a name that the pictures or labels of an IDX set have.
    static func isNamedLikeOne(_ name: String) -> Bool {
        let plain = plainName(name)
        return plain.hasSuffix("idx3-ubyte") || plain.hasSuffix("idx1-ubyte")
    }

    /// The files of a split among the names in a folder. `t10k` and `test` both name the test split.
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

    /// The name of the label file that belongs to a file of pictures, with and without gzip.
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
