import ImageFiles

/// Opens datasets in zip archives: as StyleGAN's dataset tool writes them, with a list of labels, or with one folder
/// for each class.
enum ArchiveReader {
    /// - Throws: ``DatasetError``.
    static func open(_ path: String, _ split: DatasetSplit) throws -> any ImageDataset {
        let source = try FileSource(archive: path)
        var entries = source.entries
        // Archives often contain the folder, not only its contents.
        var top = ""
        while let folder = Self.onlyFolder(of: entries, below: top) { top = folder }
        let parts = Set(entries.compactMap { Self.folder(of: $0, below: top) })
        func part(_ split: DatasetSplit) -> String? {
            (DatasetReader.splitFolders[split] ?? []).compactMap { name in parts.first { $0.lowercased() == name } }
                .first
        }
        if part(.train) != nil || split == .test {
            guard let name = part(split) else {
                throw DatasetError.missingSplit(path: path, split: split, found: overview(parts, entries))
            }
            top += name + "/"
        }
        entries = entries.filter { $0.hasPrefix(top) }
        let images = entries.filter { ImageFormat(path: $0) != nil }
        guard !images.isEmpty else {
            throw DatasetError.empty(
                path: path, reason: "there are no images in the archive (\(ImageFormat.names) are read)")
        }
        if let name = LabelList.usualNames.first(where: { entries.contains(top + $0) }) {
            return try labeled(source, images, below: top, by: top + name, split)
        }
        return try inFolders(source, images, below: top, split)
    }

    private static func labeled(
        _ source: FileSource, _ images: [String], below top: String, by list: String, _ split: DatasetSplit
    ) throws -> any ImageDataset {
        let names = LabelList.names(of: images)
        let labels = try LabelList(source.bytes(of: list, limit: DatasetReader.listLimit), file: source.name(list)) {
            names.contains(top + $0)
        }
        return try ListedDataset(
            source, files: images, labels: labels.below(top),
            names: (try? source.bytes(of: top + "classes.txt", limit: 1 << 20)).map {
                KnownClassNames.parse(String(decoding: $0, as: UTF8.self))
            }, path: source.path, split: split)
    }

    private static func inFolders(
        _ source: FileSource, _ images: [String], below top: String, _ split: DatasetSplit
    ) throws -> any ImageDataset {
        let folders = images.map { folder(of: $0, below: top) }
        var classes: [String] = []
        for case let name? in folders where classes.last != name && !classes.contains(name) { classes.append(name) }
        if classes.isEmpty {
            return try ListedDataset(
                source, layout: .flatFolder, path: source.path, split: split, files: images, labels: [], classNames: [])
        }
        let loose = folders.count { $0 == nil }
        guard loose <= 3, classes.count > 1 || loose == 0 else {
            throw DatasetError.unknownLayout(
                path: source.path, found: overview(Set(classes), images),
                advice: ["there are images both beside folders and in folders"])
        }
        let numbers = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        let inside = zip(images, folders).compactMap { image, folder in folder.map { (image, $0) } }
        return try ListedDataset(
            source, layout: .classFolders, path: source.path, split: split, files: inside.map(\.0),
            labels: inside.map { numbers[$0.1] ?? 0 }, classNames: classes,
            notes: loose > 0 ? ["\(loose) images are beside the class folders: left out"] : [])
    }

    /// The first folder in a path below another; nil for a file.
    private static func folder(of entry: String, below top: String) -> String? {
        let rest = entry.dropFirst(entry.hasPrefix(top) ? top.count : 0)
        return rest.firstIndex(of: "/").map { String(rest[..<$0]) }
    }

    /// The folder that contains everything, unless it is a part of the dataset, or the only class.
    private static func onlyFolder(of entries: [String], below top: String) -> String? {
        guard let first = entries.first.flatMap({ folder(of: $0, below: top) }),
            entries.allSatisfy({ $0.hasPrefix(top + first + "/") }),
            !DatasetReader.splitFolders.values.joined().contains(first.lowercased())
        else { return nil }
        return top + first + "/"
    }

    private static func overview(_ folders: Set<String>, _ entries: [String]) -> String {
        let shown = folders.sorted().prefix(8).map { "  \($0)/" }
        return (shown + ["  \(entries.count) files in the archive"]).joined(separator: "\n")
    }
}

extension LabelList {
    /// The same with names that start with a folder.
    fileprivate func below(_ top: String) -> LabelList {
        LabelList(file: file, entries: entries.map { (top + $0.name, $0.label) }, isUnlabeled: isUnlabeled)
    }
}
