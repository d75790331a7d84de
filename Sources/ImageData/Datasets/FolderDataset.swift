import Files
import ImageFiles

/// Image files in a folder, or in one folder per class.
struct FolderDataset: ImageDataset {
    let path: String
    let layout: DatasetLayout
    let split: DatasetSplit
    let classNames: [String]
    let channels: Int
    let imageSize: ImageSize?
    let typicalSize: ImageSize
    let notes: [String]
    private let files: [String]
    private let labels: [Int]

    /// Images without classes.
    init(flat listing: FolderListing, path: String, split: DatasetSplit) throws {
        try self.init(
            path: path, layout: .flatFolder, split: split, classNames: [],
            files: listing.images.map(listing.path(of:)), labels: [], notes: Self.leftOut([listing]))
    }

    /// One class for each folder in `root`; images in subfolders belong to the class above them.
    init(classesIn root: FolderListing, path: String, split: DatasetSplit) throws {
        var names: [String] = []
        var files: [String] = []
        var labels: [Int] = []
        var empty: [String] = []
        let listings = try root.folders.map { try FolderListing(root.path(of: $0)) }
        for (name, listing) in zip(root.folders, listings) {
            let images = listing.imagesBelow()
            if images.isEmpty {
                empty.append(name)
                continue
            }
            files += images.map(listing.path(of:))
            labels += [Int](repeating: names.count, count: images.count)
            names.append(name)
        }
        var notes = Self.leftOut([root] + listings)
        if !empty.isEmpty {
            notes.append("no images in \(empty.joined(separator: ", ")): left out of the classes")
        }
        if !root.images.isEmpty {
            notes.append("\(counted(root.images.count, "image")) beside the class folders: left out")
        }
        try self.init(
            path: path, layout: .classFolders, split: split, classNames: names, files: files, labels: labels,
            notes: notes)
    }

    private init(
        path: String, layout: DatasetLayout, split: DatasetSplit, classNames: [String], files: [String],
        labels: [Int], notes: [String]
    ) throws {
        let sample = try SampledForms(files.count) { try ImageForm(ofFile: files[$0]) }
        guard let typical = sample.typicalSize else {
            throw DatasetError.empty(
                path: path, reason: "none of the \(files.count) image files that were tried can be read")
        }
        self.path = path
        self.layout = layout
        self.split = split
        self.classNames = classNames
        self.files = files
        self.labels = labels
        self.notes = notes
        (channels, imageSize, typicalSize) = (sample.channels, sample.commonSize, typical)
    }

    var count: Int { files.count }
    func image(_ index: Int) throws -> Image { try Image.read(files[index]) }
    func label(_ index: Int) -> Int { labels.isEmpty ? 0 : labels[index] }
    func name(_ index: Int) -> String { files[index] }

    /// Images in unsupported formats, which the user may expect to be used.
    private static func leftOut(_ listings: [FolderListing]) -> [String] {
        let foreign: Set = [".heic", ".heif", ".avif", ".jxl", ".jp2", ".svg", ".psd", ".dng"]
        return FolderListing.countsByExtension(listings.flatMap(\.files))
            .filter { foreign.contains($0.name) }
            .map { "\($0.count) \($0.name) files are left out: convert them to PNG or JPEG to use them" }
    }
}
