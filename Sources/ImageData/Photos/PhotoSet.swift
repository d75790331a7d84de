import Files
import ImageFiles
import Memory

/// Photos for training an upscaler, each in its own size, with real small versions if they exist.
package struct PhotoSet: Sendable {
    /// One photo.
    package struct Photo: Sendable, Hashable {
        /// Its file.
        package let file: String
        /// The file of its small version; nil if that is made from the photo.
        package let smallFile: String?
        /// The part that is used, from the top left corner; corresponds to whole pixels of the small version.
        package let size: ImageSize
    }

    /// The folders it was opened from.
    package let paths: [String]
    /// In natural order; at least one.
    package let photos: [Photo]
    /// Messages about files that were left out.
    package let notes: [String]
    /// The shorter side of the smallest photo that was left out for its size.
    package let smallestLeftOut: Int?

    /// Opens folders of photos, including subfolders.
    ///
    /// - Parameters:
    ///   - smallPaths: folders of small versions, one for each of `paths`, under the same names (`0001.png` or
    ///     `0001x4.png`); empty if they are made from the photos.
    ///   - scale: how many times larger the photos are than their small versions.
    ///   - leastSide: photos with a shorter side are left out.
    /// - Throws: `DatasetError`.
    package init(_ paths: [String], smallPaths: [String] = [], scale: Int, leastSide: Int) throws {
        var photos: [Photo] = []
        var notes: [String] = []
        var tooSmall: [Int] = []
        for (number, path) in paths.enumerated() {
            let small = number < smallPaths.count ? try FolderListing(smallPaths[number]) : nil
            let partners = small.map { Self.byStem($0) }
            let listing = try FolderListing(path)
            for name in listing.imagesBelow() {
                let file = listing.path(of: name)
                do {
                    let partner = try partners.map { try Self.partner(of: name, scale, in: $0) }
                    photos.append(try Self.photo(file, partner, scale: scale, leastSide: leastSide))
                } catch let reason as LeftOut {
                    notes.append("\(file) \(reason.words): left out")
                    if let side = reason.side { tooSmall.append(side) }
                } catch {
                    if OutOfMemory.cause(of: error) != nil { throw error }
                    notes.append("\(error): left out")
                }
            }
        }
        guard !photos.isEmpty else {
            if let largest = tooSmall.max() {
                throw DatasetError.photosTooSmall(
                    path: paths.joined(separator: ", "), crop: leastSide, shortest: largest,
                    fitting: largest / scale * scale)
            }
            let why = notes.first ?? "there are no images in it or below it (\(ImageFormat.names) are read)"
            throw DatasetError.empty(path: paths.joined(separator: ", "), reason: why)
        }
        self.init(paths: paths, photos: photos, notes: notes, smallestLeftOut: tooSmall.min())
    }

    private init(paths: [String], photos: [Photo], notes: [String], smallestLeftOut: Int?) {
        self.smallestLeftOut = smallestLeftOut
        self.paths = paths
        self.photos = photos
        self.notes = notes
    }

    /// Splits the photos: one in twenty, at most sixteen, for measuring, and the rest for training. Fewer than ten
    /// photos are not split.
    package func holdingOut() -> (training: PhotoSet, held: PhotoSet?) {
        guard photos.count >= 10 else { return (self, nil) }
        let count = min(max(photos.count / 20, 1), 16)
        let held = Set((0..<count).map { ($0 * 2 + 1) * photos.count / (2 * count) })
        func part(_ isHeld: Bool, _ notes: [String], _ smallestLeftOut: Int?) -> PhotoSet {
            let some = photos.indices.filter { held.contains($0) == isHeld }.map { photos[$0] }
            return PhotoSet(paths: paths, photos: some, notes: notes, smallestLeftOut: smallestLeftOut)
        }
        return (part(false, notes, smallestLeftOut), part(true, [], nil))
    }

    /// One line: how many, how large and from where.
    package var summary: String {
        let pixels = photos.reduce(0) { $0 + $1.size.width * $1.size.height }
        let several = photos[0].smallFile == nil ? "photos" : "photos with small versions"
        let one = photos[0].smallFile == nil ? "photo" : "photo with its small version"
        let number = counted(photos.count, one, several)
        return "\(number), \(pixels / 1_000_000) megapixels, \(paths.joined(separator: ", "))"
    }

    // MARK: Finding

    private struct LeftOut: Error {
        let words: String
        /// The shorter side, if it is too small.
        var side: Int?
    }

    private static func byStem(_ listing: FolderListing) -> [String: String] {
        var stems: [String: String] = [:]
        for name in listing.imagesBelow() where stems[stem(name)] == nil {
            stems[stem(name)] = listing.path(of: name)
        }
        return stems
    }

    private static func stem(_ name: String) -> String {
        name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    private static func partner(of name: String, _ scale: Int, in small: [String: String]) throws -> String {
        let stem = stem(name)
        guard let file = small[stem] ?? small[stem + "x\(scale)"] else { throw LeftOut(words: "has no small version") }
        return file
    }

    private static func photo(_ file: String, _ small: String?, scale: Int, leastSide: Int) throws -> Photo {
        let header = try Image.header(of: file)
        var (width, height) = (header.width / scale, header.height / scale)
        if let small {
            let partner = try Image.header(of: small)
            guard abs(partner.width * scale - header.width) < scale, abs(partner.height * scale - header.height) < scale
            else {
                throw LeftOut(
                    words: "(\(header.width)×\(header.height)) is not \(scale) times \(small) "
                        + "(\(partner.width)×\(partner.height))")
            }
            (width, height) = (min(width, partner.width), min(height, partner.height))
        }
        guard min(width, height) * scale >= leastSide else {
            throw LeftOut(
                words: "(\(header.width)×\(header.height)) is smaller than a crop of \(leastSide)",
                side: min(width, height) * scale)
        }
        return Photo(
            file: file, smallFile: small, size: ImageSize(width: width * scale, height: height * scale))
    }
}
