import Files
import ImageFiles

/// The images of a pair under one name in two folders.
struct TwinFolderPairs: PairDataset {
    let path: String
    let split: PairSplit
    let files: [(input: String, target: String)]
    private let classNames: [String?]
    let channels: (input: Int, target: Int)
    let typicalSize: ImageSize
    let notes: [String]
    var layout: PairLayout { .twinFolders }
    var count: Int { files.count }

    /// - Throws: ``PairError`` if a side is empty or no names match.
    init(_ a: FolderListing, _ b: FolderListing, path: String, split: PairSplit, direction: PairDirection) throws {
        let (inputs, targets) = direction == .aToB ? (a, b) : (b, a)
        let (left, right) = (Self.byStem(inputs), Self.byStem(targets))
        if left.isEmpty { throw PairError.emptySide(path: inputs.path, other: targets.path, count: right.count) }
        if right.isEmpty { throw PairError.emptySide(path: targets.path, other: inputs.path, count: left.count) }
        let stems = left.keys.sorted(by: naturallyPrecedes).filter { right[$0] != nil }
        let files = stems.compactMap { stem in
            left[stem].flatMap { input in right[stem].map { (input: input, target: $0) } }
        }
        guard !files.isEmpty else {
            throw PairError.nothingMatches(
                a: inputs.path, b: targets.path,
                examples: [inputs.images.first, targets.images.first].compactMap { $0 })
        }
        let unmatched =
            left.keys.filter { right[$0] == nil }.compactMap { left[$0] }
            + right.keys.filter { left[$0] == nil }.compactMap { right[$0] }
        self.path = path
        self.split = split
        self.files = files
        classNames = stems.map(\.classFolder)
        notes = unmatched.sorted(by: naturallyPrecedes).map { "\($0) has no partner: left out" }
        let facts = (input: try PairFacts(files.map(\.input)), target: try PairFacts(files.map(\.target)))
        channels = (facts.input.channels, facts.target.channels)
        typicalSize = facts.target.typicalSize
    }

    private static func byStem(_ listing: FolderListing) -> [String: String] {
        var stems: [String: String] = [:]
        for file in listing.imagesBelow() {
            let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
            if stems[stem] == nil { stems[stem] = listing.path(of: file) }
        }
        return stems
    }

    func pair(_ index: Int) throws -> ImagePair {
        let (input, target) = try (Image.read(files[index].input), Image.read(files[index].target))
        // Tolerates one pixel of rounding, but not another frame.
        guard abs(input.width * target.height - target.width * input.height) <= max(input.width, target.width) * 2
        else {
            throw PairError.differentShapes(
                a: files[index].input, b: files[index].target,
                sizes: [input, target].map { ImageSize(width: $0.width, height: $0.height) })
        }
        return .images(input: input, target: target)
    }

    func name(_ index: Int) -> String { files[index].input }
    func files(_ index: Int) -> [String] { [files[index].input, files[index].target] }
    func className(_ index: Int) -> String? { classNames[index] }
}

/// Photos whose inputs are sketches of them.
struct SketchedPhotos: PairDataset {
    let path: String
    let split: PairSplit
    let files: [String]
    private let classNames: [String?]
    let channels: (input: Int, target: Int)
    let typicalSize: ImageSize
    let notes: [String]
    var layout: PairLayout { .photos }
    var count: Int { files.count }

    init(_ listing: FolderListing, path: String, split: PairSplit) throws {
        let images = listing.imagesBelow()
        files = images.map(listing.path(of:))
        classNames = images.map(\.classFolder)
        let facts = try PairFacts(files)
        self.path = path
        self.split = split
        channels = (1, facts.channels)
        typicalSize = facts.typicalSize
        notes = []
    }

    func pair(_ index: Int) throws -> ImagePair { .photo(try Image.read(files[index])) }
    func name(_ index: Int) -> String { files[index] }
    func className(_ index: Int) -> String? { classNames[index] }
}

extension String {
    /// The first folder of a relative path; nil for a file that lies in none.
    fileprivate var classFolder: String? { firstIndex(of: "/").map { String(self[..<$0]) } }
}

/// Facts from the headers of some files of a dataset.
struct PairFacts {
    let headers: [(file: String, header: ImageHeader)]

    /// - Throws: ``DatasetError/empty(path:reason:)`` if none of them can be read.
    init(_ files: [String]) throws {
        let tried = min(files.count, 64)
        headers = try (0..<tried).compactMap { place in
            let file = files[place * files.count / tried]
            return try ifReadable { (file, try Image.header(of: file)) }
        }
        if headers.isEmpty {
            throw DatasetError.empty(
                path: files.first ?? "", reason: "none of the \(files.count) image files can be read")
        }
    }

    var channels: Int { headers.allSatisfy { $0.header.channels <= 2 } ? 1 : 3 }

    var typicalSize: ImageSize {
        let sizes = headers.map { ImageSize(width: $0.header.width, height: $0.header.height) }.sorted()
        return sizes[sizes.count / 2]
    }
}
