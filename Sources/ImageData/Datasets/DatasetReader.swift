import Files
import ImageFiles

/// Opens datasets. The contents of the folder determine the layout.
package enum DatasetReader {
    /// Opens a dataset.
    ///
    /// - Parameters:
    ///   - path: a folder (IDX files, the binary version of CIFAR-10, one folder per class, or just images, each also
    ///     below `train/` and `test/`), or one IDX file of images. A file `classes.txt` in the folder, with one name on
    ///     each line, names numbered classes. Or a zip archive of images. A file `dataset.json` of StyleGAN's dataset
    ///     tool, or `labels.csv` with a file and a label on each line, gives the images their classes; another table is
    ///     a path itself.
    ///   - options: the part to use.
    /// - Throws: ``DatasetError``, which shows what was found and what was expected.
    package static func open(_ path: String, options: DatasetOptions = DatasetOptions()) throws -> any ImageDataset {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let dataset = try openWhole(trimmed, options.split)
        if options.usesAll { return dataset }
        return try DatasetSelection(dataset, options)
    }

    /// Opens the test part of a dataset; nil if it has none.
    ///
    /// - Throws: ``DatasetError`` for a test part that cannot be read.
    package static func openTest(_ path: String, classes: [String]? = nil) throws -> (any ImageDataset)? {
        let options = DatasetOptions(split: .test, classes: classes)
        do { return try open(path, options: options) } catch DatasetError.missingSplit { return nil }
    }

    private static func openWhole(_ path: String, _ split: DatasetSplit) throws -> any ImageDataset {
        if FolderListing.kind(of: path) == .file { return try openFile(path, split) }
        let top = try FolderListing(path)
        for listing in try [top] + usualSubfolders(of: top) {
            if let found = try numberedSet(in: listing, path: path, split) { return found }
        }
        return try folderSet(in: top, path: path, split)
    }

    private static func openFile(_ path: String, _ split: DatasetSplit) throws -> any ImageDataset {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = String(parts[parts.count - 1])
        if name.lowercased().hasSuffix(".zip") { return try ArchiveReader.open(path, split) }
        let folder = parts.dropLast().joined(separator: "/")
        let listing = try FolderListing(parts.count == 1 ? "." : folder.isEmpty ? "/" : folder)
        if name.lowercased().hasSuffix(".csv") || LabelList.usualNames.contains(name) {
            guard split == .train else {
                throw DatasetError.missingSplit(path: path, split: split, found: listing.overview)
            }
            return try labeled(listing, by: name, path: listing.path, split)
        }
        guard IDXDataset.isNamedLikeOne(name) else {
            throw DatasetError.unreadable(
                path: path,
                reason: "a dataset is a folder, a zip archive, a table of labels (.csv), or a file whose name ends in "
                    + "idx3-ubyte[.gz]")
        }
        let labels = IDXDataset.labelNames(for: name).first { listing.files.contains($0) }
        let part: DatasetSplit = IDXDataset.files(of: .test, among: [name]) != nil ? .test : split
        return try IDXDataset(
            path: path, split: part, images: path, labels: labels.map(listing.path(of:)), names: names(in: listing))
    }

    /// The largest list of labels that is read, in bytes.
    static let listLimit = 1 << 30

    /// The images of a folder with the labels of a list in it.
    private static func labeled(
        _ root: FolderListing, by list: String, path: String, _ split: DatasetSplit
    ) throws -> any ImageDataset {
        let files = root.imagesBelow()
        let known = LabelList.names(of: files)
        let source = FileSource(folder: root.path)
        let labels = try LabelList(
            source.bytes(of: list, limit: listLimit), file: source.name(list), isImage: known.contains)
        return try ListedDataset(
            source, files: files, labels: labels, names: names(in: root), path: path, split: split)
    }

    /// The folders where the archives of these datasets, and download programs, put their files.
    private static func usualSubfolders(of top: FolderListing) throws -> [FolderListing] {
        try ["raw", "MNIST", "FashionMNIST", "KMNIST", "cifar-10-batches-bin"].filter(top.folders.contains)
            .flatMap { name -> [FolderListing] in
                let inner = try FolderListing(top.path(of: name))
                return try [inner] + (inner.folders.contains("raw") ? [FolderListing(inner.path(of: "raw"))] : [])
            }
    }

    /// The dataset with numbered classes (IDX, CIFAR-10) in a folder, if there is one.
    private static func numberedSet(
        in listing: FolderListing, path: String, _ split: DatasetSplit
    ) throws -> (any ImageDataset)? {
        if let files = IDXDataset.files(of: split, among: listing.files) {
            return try IDXDataset(
                path: listing.path, split: split, images: listing.path(of: files.images),
                labels: files.labels.map(listing.path(of:)), names: names(in: listing))
        }
        if !CIFAR10Dataset.files(of: split, among: listing.files).isEmpty {
            return try CIFAR10Dataset(listing, path: path, split: split)
        }
        let other: DatasetSplit = split == .train ? .test : .train
        if IDXDataset.files(of: other, among: listing.files) != nil
            || !CIFAR10Dataset.files(of: other, among: listing.files).isEmpty
        {
            throw DatasetError.missingSplit(path: path, split: split, found: listing.overview)
        }
        return nil
    }

    private static func names(in listing: FolderListing) throws -> [String]? {
        guard listing.files.contains("classes.txt") else { return nil }
        let text = try InputFile(listing.path(of: "classes.txt")).readAll(limit: 1 << 20)
        return KnownClassNames.parse(String(decoding: text, as: UTF8.self))
    }

    /// Names of folders that hold a part.
    static let splitFolders: [DatasetSplit: [String]] = [
        .train: ["train", "training"], .test: ["test", "testing", "val", "valid", "validation"],
    ]

    private static func folderSet(
        in top: FolderListing, path: String, _ split: DatasetSplit
    ) throws -> any ImageDataset {
        func part(_ split: DatasetSplit) -> String? {
            let wanted = splitFolders[split] ?? []
            return wanted.compactMap { name in top.folders.first { $0.lowercased() == name } }.first
        }
        if part(.train) != nil || (part(.test) != nil && split == .test) {
            guard let name = part(split) else {
                throw DatasetError.missingSplit(path: path, split: split, found: top.overview)
            }
            return try images(in: FolderListing(top.path(of: name)), path: path, split)
        }
        guard split == .train else {
            throw DatasetError.missingSplit(path: path, split: split, found: top.overview)
        }
        return try images(in: top, path: path, split)
    }

    private static func images(
        in root: FolderListing, path: String, _ split: DatasetSplit
    ) throws -> any ImageDataset {
        if let list = LabelList.usualNames.first(where: root.files.contains) {
            return try labeled(root, by: list, path: path, split)
        }
        let inFolders = try root.folders.filter { folder in
            try !FolderListing(root.path(of: folder)).imagesBelow().isEmpty
        }
        if inFolders.isEmpty && !root.images.isEmpty {
            return try FolderDataset(flat: root, path: path, split: split)
        }
        // A few images beside class folders are an oversight; this many are another layout.
        if !inFolders.isEmpty && (root.images.isEmpty || (inFolders.count > 1 && root.images.count <= 3)) {
            return try FolderDataset(classesIn: root, path: path, split: split)
        }
        throw DatasetError.unknownLayout(path: root.path, found: root.overview, advice: advice(for: root, inFolders))
    }

    private static func advice(for root: FolderListing, _ imageFolders: [String]) -> [String] {
        var advice: [String] = []
        if !imageFolders.isEmpty {
            advice.append("there are images both here and in folders; move these \(root.images.count) into a folder")
        }
        if root.files.contains(where: { $0 == "data_batch_1" }) || root.folders.contains("cifar-10-batches-py") {
            advice.append("this is the Python version of CIFAR-10; the binary version can be read")
        }
        let archives = root.files.filter { name in
            [".zip", ".tar", ".tgz", ".tar.gz", ".7z", ".rar"].contains { name.lowercased().hasSuffix($0) }
        }
        if let archive = archives.first {
            advice.append(
                archive.lowercased().hasSuffix(".zip")
                    ? "\(archive) is an archive: name the archive itself, or unpack it"
                    : "\(archive) looks like an archive; unpack it first")
        }
        if root.files.contains(where: { IDXDataset.isNamedLikeOne($0) }) {
            advice.append("there are IDX files, but none is called train-images-idx3-ubyte or t10k-images-idx3-ubyte")
        }
        let foreign = FolderListing.countsByExtension(root.files).first {
            [".heic", ".heif", ".avif", ".jxl", ".jp2", ".svg", ".psd", ".dng"].contains($0.name)
        }
        if let foreign { advice.append("\(foreign.name) files are not read; convert them to PNG or JPEG") }
        return advice
    }
}
