import ImageFiles

/// Opens datasets of pairs. The contents of the folder determine the layout.
package enum PairReader {
    /// Opens a dataset of pairs.
    ///
    /// - Parameters:
    ///   - path: a folder of side-by-side images (also below `train/`, `val/`, `test/`), or with twin folders `A/`
    ///     and `B/` or `trainA/` and `trainB/`, or of photos.
    ///   - split: the part to open. A dataset with only one part counts as the training part.
    ///   - direction: which image of a pair is the input.
    ///   - layout: the layout, if it is known; nil finds out.
    ///   - sketched: treat every image as a photo whose sketch is the input.
    /// - Throws: ``PairError`` and ``DatasetError``, which show what was found and what was expected.
    package static func open(
        _ path: String, split: PairSplit = .train, direction: PairDirection = .aToB, layout: PairLayout? = nil,
        sketched: Bool = false
    ) throws -> any PairDataset {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let top = try FolderListing(trimmed)
        if sketched || layout == .photos {
            return try SketchedPhotos(part(split, of: top, path: trimmed), path: trimmed, split: split)
        }
        let mayBeTwins = layout == nil || layout == .twinFolders
        if mayBeTwins, let twins = try twins(in: top, split) {
            return try TwinFolderPairs(twins.a, twins.b, path: trimmed, split: split, direction: direction)
        }
        let listing = try part(split, of: top, path: trimmed)
        if mayBeTwins, let twins = try twins(in: listing, split) {
            return try TwinFolderPairs(twins.a, twins.b, path: trimmed, split: split, direction: direction)
        }
        guard layout != .twinFolders, !listing.images.isEmpty else {
            throw PairError.unknownLayout(path: trimmed, found: top.overview, advice: advice(for: top))
        }
        return try HalvedPairs(listing, layout, path: trimmed, split: split, direction: direction)
    }

    /// The folders of A and of B of a part.
    static func sides(_ path: String, _ split: PairSplit) throws -> (a: FolderListing, b: FolderListing) {
        let top = try FolderListing(path)
        if let twins = try twins(in: top, split) { return twins }
        let listing = try part(split, of: top, path: path)
        if let twins = try twins(in: listing, split) { return twins }
        throw PairError.noTwoSides(path: path, found: top.overview)
    }

    /// The folder of a part; the folder itself if the dataset has no parts.
    private static func part(_ split: PairSplit, of top: FolderListing, path: String) throws -> FolderListing {
        func folder(_ split: PairSplit) -> String? {
            top.folders.first { split.folderNames.contains($0.lowercased()) }
        }
        if let name = folder(split) { return try FolderListing(top.path(of: name)) }
        let isDivided = PairSplit.allCases.contains { folder($0) != nil }
        if isDivided || split != .train {
            throw PairError.missingSplit(path: path, split: split, found: top.overview)
        }
        return top
    }

    /// The two folders of a part, whatever their names: `A` and `B`, `trainA` and `trainB`, `A/train` and `B/train`.
    private static func twins(
        in listing: FolderListing, _ split: PairSplit
    ) throws -> (a: FolderListing, b: FolderListing)? {
        func folder(_ name: String) -> String? { listing.folders.first { $0.lowercased() == name } }
        for prefix in split.folderNames {
            if let a = folder(prefix + "a"), let b = folder(prefix + "b") {
                return try (FolderListing(listing.path(of: a)), FolderListing(listing.path(of: b)))
            }
        }
        guard let a = folder("a"), let b = folder("b") else { return nil }
        let (left, right) = try (FolderListing(listing.path(of: a)), FolderListing(listing.path(of: b)))
        func inner(_ side: FolderListing) -> String? {
            side.folders.first { split.folderNames.contains($0.lowercased()) }
        }
        if let leftPart = inner(left), let rightPart = inner(right) {
            return try (FolderListing(left.path(of: leftPart)), FolderListing(right.path(of: rightPart)))
        }
        let isDivided = (left.folders + right.folders).contains { name in
            PairSplit.allCases.contains { $0.folderNames.contains(name.lowercased()) }
        }
        if isDivided || split != .train {
            throw PairError.missingSplit(path: listing.path, split: split, found: listing.overview)
        }
        return (left, right)
    }

    private static func advice(for top: FolderListing) -> [String] {
        var advice: [String] = []
        if !top.imagesBelow().isEmpty {
            advice.append("there are images in subfolders; to train on photos alone, add --sketch lines")
        }
        if top.folders.count == 2 {
            advice.append("if \(top.folders[0])/ and \(top.folders[1])/ are the two sides, call them A/ and B/")
        }
        return advice
    }
}
