import Files
import Foundation
import Glibc
import ImageFiles

/// An image to work on.
struct FoundFile {
    /// As it can be opened.
    let path: String
    /// As it was named.
    var name: String { isStandardInput ? "-" : path }
    /// Where its result goes below the output folder, still with its own name.
    let mirror: String
    let bytes: Int
    let identity: FileIdentity
    var isStandardInput = false
    var isFilm = false
    /// Whether it is an animated GIF; still ones become PNG.
    var isAnimatedGIF = false
}

/// Finds images: the files that the user named, and all images in the folders.
///
/// Images come in the order of the arguments, and in natural order within a folder: first its images, then its folders.
/// Folders behind links come last, so that a folder is found under its own name first.
struct InputScan {
    private(set) var files: [FoundFile] = []
    private(set) var skipped: [SkippedFile] = []
    private(set) var failed: [FailedFile] = []
    /// The folders that the user named, with their identities.
    private(set) var roots: [(path: String, identity: FileIdentity)] = []
    /// Files that were named one by one.
    private(set) var namedFiles: [String] = []
    /// The image on the standard input, if it is one of them.
    private(set) var standardInput: SpooledInput?

    private let limits: ImageLimits
    private let films: FilmUse
    private let animations: Bool
    private let output: FileIdentity?
    private var seenFolders: Set<FileIdentity> = []
    private var seenFiles: Set<FileName> = []

    private struct FileName: Hashable {
        let folder: FileIdentity
        let name: [UInt8]
    }

    private struct Folder {
        let path: String
        let mirror: String
        var isLink = false
    }

    /// - Parameters:
    ///   - output: the output folder, which is not scanned when it lies in an input folder.
    ///   - limits: the largest image that is read from the standard input.
    ///   - films: what is done with films.
    ///   - animations: whether animations are looked for.
    /// - Throws: ``BatchError`` when a list cannot be read.
    init(
        inputs: [String], lists: [String], output: FileIdentity?, limits: ImageLimits = .standard,
        films: FilmUse = .ignored, animations: Bool = false
    ) throws {
        (self.output, self.limits) = (output, limits)
        (self.films, self.animations) = (films, animations)
        if inputs.count(where: { $0 == "-" }) + lists.count(where: { $0 == "-" }) > 1 {
            throw BatchError.usage("The standard input can be read once only: as one image or as one list.")
        }
        let folders = inputs.filter { FileStatus($0)?.kind == .folder }
        for input in inputs {
            if input == "-" { takeStandardInput() } else { take(input, mirror: nil, amongFolders: folders.count > 1) }
        }
        for list in lists {
            let entries = try InputList(file: list)
            let mirrors = InputList.mirrors(
                of: entries.paths, workingFolder: FileManager.default.currentDirectoryPath)
            for (path, mirror) in zip(entries.paths, mirrors) { take(path, mirror: mirror, amongFolders: false) }
            failed += entries.unreadable.map { FailedFile(path: $0, reason: Self.badName) }
        }
    }

    private static let badName = "its name is not UTF-8; rename it (convmv can), then run again"

    private mutating func takeStandardInput() {
        do {
            let input = try ImageError.ofFiles { try SpooledInput(limit: limits.maxBytes) }
            guard let status = FileStatus(input.path) else { return }
            let format = (try? Image.header(of: input.path))?.format ?? .png
            standardInput = input
            files.append(
                FoundFile(
                    path: input.path, mirror: "stdin." + format.fileExtension, bytes: status.bytes,
                    identity: status.identity, isStandardInput: true))
        } catch {
            failed.append(FailedFile(path: "-", reason: (error as? ImageError)?.reason ?? "\(error)"))
        }
    }

    /// Adds one path that the user named.
    private mutating func take(_ path: String, mirror: String?, amongFolders: Bool) {
        let path = trimmed(path)
        guard let status = FileStatus(path) else {
            let reason = errno == ENOENT ? "there is no such file or folder" : String(cString: strerror(errno))
            return failed.append(FailedFile(path: path, reason: reason))
        }
        switch status.kind {
        case .folder:
            roots.append((path, status.identity))
            walk(Folder(path: path, mirror: mirror ?? (amongFolders ? Self.name(of: path) : "")), isRoot: true)
        case .file:
            namedFiles.append(path)
            let (folder, name) = split(path)
            if FilmName.isFilm(path), case .missingProgram(let words) = films {
                return failed.append(FailedFile(path: path, reason: words))
            }
            add(path, mirror: mirror ?? name, name: name, in: FileStatus(folder)?.identity, status)
        case .special, .link:
            failed.append(FailedFile(path: path, reason: "it is a pipe, a socket or a device; save it as a file first"))
        }
    }

    /// The name of a folder, also for `.` and `..`.
    private static func name(of folder: String) -> String {
        let name = split(folder).name
        guard ["", ".", ".."].contains(name) else { return name }
        let real = resolved(folder).map { split($0).name } ?? ""
        return real
    }

    private mutating func add(
        _ path: String, mirror: String, name: String, in folder: FileIdentity?, _ status: FileStatus
    ) {
        if let folder, !seenFiles.insert(FileName(folder: folder, name: Array(name.utf8))).inserted {
            return skip(path, .namedTwice)
        }
        files.append(
            FoundFile(
                path: path, mirror: mirror, bytes: status.bytes, identity: status.identity,
                isFilm: films == .taken && FilmName.isFilm(path),
                isAnimatedGIF: animations && ImageFormat(path: path) == .gif && Image.isAnimation(path)))
    }

    private mutating func skip(_ path: String, _ reason: SkipReason) {
        skipped.append(SkippedFile(path: path, reason: reason))
    }

    private mutating func walk(_ root: Folder, isRoot: Bool) {
        var waiting = [root]
        var links: [Folder] = []
        var isFirst = isRoot
        while let folder = waiting.popLast() ?? links.first {
            if folder.isLink { links.removeFirst() }
            let inner = read(folder, isRoot: isFirst)
            isFirst = false
            waiting += inner.filter { !$0.isLink }.reversed()
            links += inner.filter(\.isLink)
        }
    }

    /// Adds the images of a folder and returns its subfolders.
    private mutating func read(_ folder: Folder, isRoot: Bool) -> [Folder] {
        guard let identity = FileStatus(folder.path)?.identity else {
            unreadable(folder)
            return []
        }
        if identity == output, !isRoot {
            skip(folder.path, .earlierResult)
            return []
        }
        guard seenFolders.insert(identity).inserted else {
            skip(folder.path, .seenBefore)
            return []
        }
        guard let names = names(in: folder) else { return [] }
        var folders: [Folder] = []
        for name in names.sorted(by: naturallyPrecedes) {
            let path = joined(folder.path, name)
            if isSystemName(name) {
                skip(path, .system)
                continue
            }
            if name.hasPrefix(".") {
                skip(path, .hidden)
                continue
            }
            let own = FileStatus(path, followingLinks: false)
            let isLink = own?.kind == .link
            guard let status = isLink ? FileStatus(path) : own else {
                skip(path, .brokenLink)
                continue
            }
            switch status.kind {
            case .folder where isLink && Self.leadsUp(path, from: folder.path): skip(path, .seenBefore)
            case .folder: folders.append(Folder(path: path, mirror: joined(folder.mirror, name), isLink: isLink))
            case .special, .link: skip(path, .special)
            case .file:
                if let reason = reasonToSkip(name) {
                    skip(path, reason)
                    continue
                }
                add(path, mirror: joined(folder.mirror, name), name: name, in: identity, status)
            }
        }
        return folders
    }

    /// Whether a link leads to a folder that contains it; such folders are not scanned.
    private static func leadsUp(_ link: String, from folder: String) -> Bool {
        guard let target = resolved(link), let folder = resolved(folder) else { return false }
        return joined(folder, "").utf8.starts(with: joined(target, "").utf8)
    }

    private func reasonToSkip(_ name: String) -> SkipReason? {
        if films != .ignored, FilmName.isFilm(name) { return films == .taken ? nil : .film }
        return switch ResultName(name) {
        case .image, .onlyRead: nil
        case .foreign(let ending) where ResultName.foreignImages.contains(ending): .foreignImage
        case .foreign, .other: .notAImage
        }
    }

    /// The names in a folder. If it cannot be read, records a failure and returns nil.
    private mutating func names(in folder: Folder) -> [String]? {
        guard let directory = opendir(folder.path) else {
            unreadable(folder)
            return nil
        }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes == Array(".".utf8) || bytes == Array("..".utf8) { continue }
            if let name = String(validating: bytes, as: UTF8.self) {
                names.append(name)
            } else {
                unnameable(String(decoding: bytes, as: UTF8.self), in: folder)
            }
        }
        if errno != 0 { unreadable(folder) }
        return names
    }

    private mutating func unreadable(_ folder: Folder) {
        let reason = "the folder cannot be read: \(String(cString: strerror(errno))); its images are not processed"
        failed.append(FailedFile(path: folder.path, reason: reason))
    }

    /// Handles a file whose name is not UTF-8: it counts as failed only if it looks like an image or may be a folder.
    private mutating func unnameable(_ shown: String, in folder: Folder) {
        let path = joined(folder.path, shown)
        if shown.hasPrefix(".") { return skip(path, .hidden) }
        if shown.utf8.contains(UInt8(ascii: ".")), let reason = reasonToSkip(shown) { return skip(path, reason) }
        failed.append(FailedFile(path: path, reason: Self.badName))
    }
}
