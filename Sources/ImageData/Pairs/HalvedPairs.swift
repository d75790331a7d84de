import ImageFiles

/// Both images of a pair in one file: A in the left half and B in the right, or A above and B below.
struct HalvedPairs: PairDataset {
    let path: String
    let split: PairSplit
    let direction: PairDirection
    let layout: PairLayout
    let files: [String]
    let channels: (input: Int, target: Int)
    let typicalSize: ImageSize
    let notes: [String]
    /// The proportions of most images, by which the layout was found, so that images of others are no pairs; nil if it
    /// was said.
    private let proportions: Proportions?
    var count: Int { files.count }

    /// - Parameter asked: side by side or stacked; nil finds out by the proportions and the seams of most images.
    /// - Throws: ``PairError/notTwoHalves(file:width:height:)`` or ``PairError/singleImages(file:width:height:)`` if
    ///   most of the sampled files are not pairs.
    init(
        _ listing: FolderListing, _ asked: PairLayout?, path: String, split: PairSplit, direction: PairDirection
    ) throws {
        let files = listing.images.map(listing.path(of:))
        let facts = try PairFacts(files)
        let whole = facts.typicalSize
        layout = try asked ?? Self.layout(of: facts, files)
        proportions = asked == nil ? Proportions(whole.width, whole.height) : nil
        let layout = layout
        let odd = facts.headers.filter { !Self.isPair($0.header.width, $0.header.height, layout) }
        if let first = odd.first, 2 * odd.count > facts.headers.count {
            throw PairError.notTwoHalves(file: first.file, width: first.header.width, height: first.header.height)
        }
        self.path = path
        self.split = split
        self.direction = direction
        self.files = files
        channels = (facts.channels, facts.channels)
        typicalSize = Self.half(of: whole, layout)
        notes = asked == nil ? Self.doubts(about: whole, layout) : []
    }

    /// What an image may hold.
    private enum Proportions {
        case high, wide, threeSquares

        init(_ width: Int, _ height: Int) {
            self = width <= height ? .high : width == 3 * height ? .threeSquares : .wide
        }
    }

    /// Images that are wider than high hold two side by side. Others, and those that are three times as wide as high,
    /// may hold something else: the seam tells.
    private static func layout(of facts: PairFacts, _ files: [String]) throws -> PairLayout {
        let headers = facts.headers
        func most(_ isOne: (ImageHeader) -> Bool) -> Bool { 2 * headers.count { isOne($0.header) } > headers.count }
        let isHigh = most { $0.width <= $0.height }
        guard isHigh || most({ $0.width == 3 * $0.height }), let first = headers.first else { return .sideBySide }
        let seams = try PairSeams(files)
        switch (seams.isSideBySide, isHigh && seams.isStacked) {
        case (true, false): return .sideBySide
        case (false, true): return .stacked
        default:
            throw isHigh
                ? PairError.singleImages(file: first.file, width: first.header.width, height: first.header.height)
                : PairError.notTwoHalves(file: first.file, width: first.header.width, height: first.header.height)
        }
    }

    /// What else the images could be.
    private static func doubts(about whole: ImageSize, _ layout: PairLayout) -> [String] {
        let half = half(of: whole, layout)
        if layout == .stacked {
            return ["images of \(whole) are treated as two of \(half), A above B: they are joined in the middle"]
        }
        if whole.width <= whole.height || whole.width == 3 * whole.height {
            return ["images of \(whole) are treated as two of \(half) side by side: they are joined in the middle"]
        }
        if 10 * whole.width < 17 * whole.height {
            return ["images of \(whole) are treated as two of \(half) side by side; for photos, add --sketch lines"]
        }
        return []
    }

    private static func half(of whole: ImageSize, _ layout: PairLayout) -> ImageSize {
        layout == .stacked
            ? ImageSize(width: whole.width, height: whole.height / 2)
            : ImageSize(width: whole.width / 2, height: whole.height)
    }

    private static func isPair(_ width: Int, _ height: Int, _ layout: PairLayout) -> Bool {
        let side = layout == .stacked ? height : width
        return side % 2 == 0 && side > 1
    }

    func pair(_ index: Int) throws -> ImagePair {
        let whole = try Image.read(files[index])
        guard proportions.map({ $0 == Proportions(whole.width, whole.height) }) ?? true,
            Self.isPair(whole.width, whole.height, layout)
        else {
            throw PairError.notTwoHalves(file: files[index], width: whole.width, height: whole.height)
        }
        let half = Self.half(of: ImageSize(width: whole.width, height: whole.height), layout)
        let corner = layout == .stacked ? (x: 0, y: half.height) : (x: half.width, y: 0)
        let a = whole.cropped(x: 0, y: 0, width: half.width, height: half.height)
        let b = whole.cropped(x: corner.x, y: corner.y, width: half.width, height: half.height)
        return direction == .aToB ? .images(input: a, target: b) : .images(input: b, target: a)
    }

    func name(_ index: Int) -> String { files[index] }
}
