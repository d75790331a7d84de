import Files
import ImageFiles

/// Unique names for results, even on disks that treat `A.png` and `a.png` as the same.
///
/// The names depend only on the list of all images, not on the share or on existing results, so every run and every
/// rank uses the same names.
struct OutputNames {
    /// Nil keeps the format of each image; those that are only read become PNG.
    var format: ImageFormat?
    var suffix = ""
    var variants = [""]
    /// Whether films are among the images.
    var takesFilms = false

    /// The paths of the results of each image, below the output folder.
    ///
    /// If several images would get the same name, the image that already has it keeps it, otherwise the first one gets
    /// it. The others get their extension added (`a.jpg` becomes `a-jpg.png`), or a number.
    ///
    /// - Parameters:
    ///   - mirrors: the paths of the images, below the output folder.
    ///   - animated: the indices of animated GIFs, which stay such.
    ///   - occupied: names, in the form of ``key(_:)``, that are reserved for the image of that index.
    func assign(_ mirrors: [String], animated: Set<Int> = [], occupied: [String: Int] = [:]) -> [[String]] {
        let wishes = mirrors.enumerated().map {
            Wish($1, isAnimated: animated.contains($0), takesFilms: takesFilms)
        }
        let folders = Set(wishes.flatMap { Self.foldersAbove($0.folder) })
        var taken: Set<String> = []
        var names = [[String]?](repeating: nil, count: mirrors.count)
        func claim(_ index: Int, _ candidate: [String]) {
            let keys = candidate.map(Self.key)
            let isFree = keys.allSatisfy { key in
                !taken.contains(key) && !folders.contains(key) && occupied[key].map { $0 == index } ?? true
            }
            guard isFree, Set(keys).count == keys.count else { return }
            taken.formUnion(keys)
            names[index] = candidate
        }
        let keepers = wishes.map { !$0.ending.isEmpty && $0.ending == fileExtension(for: $0) }
        for index in mirrors.indices where keepers[index] { claim(index, results(of: wishes[index], "")) }
        for index in mirrors.indices where !keepers[index] { claim(index, results(of: wishes[index], "")) }
        var numbers: [String: Int] = [:]
        for index in mirrors.indices where names[index] == nil {
            let wish = wishes[index]
            let addition = keepers[index] || wish.ending.isEmpty ? "" : "-" + wish.ending.lowercased()
            let first = results(of: wish, addition)
            if !addition.isEmpty { claim(index, first) }
            let counter = first.map(Self.key).joined(separator: "\n")
            while names[index] == nil {
                let number = numbers[counter, default: 1] + 1
                numbers[counter] = number
                claim(index, results(of: wish, addition + "-\(number)"))
            }
        }
        return names.map { $0 ?? [] }
    }

    /// The same for any two names that some file system treats as the same.
    static func key(_ path: String) -> String { path.lowercased() }

    /// The extension that an image has already, if it is one of the format.
    private func fileExtension(for wish: Wish) -> String {
        if wish.isFilm {
            let ending = FilmName.resultEnding(for: "." + wish.ending)
            return ending == wish.ending.lowercased() ? wish.ending : ending
        }
        let own = ImageFormat(fileExtension: wish.ending)
        let kept = own.flatMap { $0.isWritten || wish.isAnimated ? $0 : nil }
        let wanted = format ?? kept ?? .png
        return own == wanted ? wish.ending : wanted.fileExtension
    }

    private func results(of wish: Wish, _ addition: String) -> [String] {
        variants.map { variant in
            let ending = addition + suffix + variant + "." + fileExtension(for: wish)
            return joined(wish.folder, FileNameLength.fitted(wish.stem, ending))
        }
    }

    private static func foldersAbove(_ folder: String) -> [String] {
        var path = ""
        return folder.split(separator: "/").map { part in
            path = joined(path, String(part))
            return key(path)
        }
    }

    /// The parts of a path that form the names of its results.
    private struct Wish {
        let folder: String
        let stem: String
        /// The extension of an image, as it is written; empty when there is none.
        let ending: String
        let isFilm: Bool
        let isAnimated: Bool

        init(_ mirror: String, isAnimated: Bool, takesFilms: Bool) {
            self.isAnimated = isAnimated
            let parts = mirror.utf8.contains(UInt8(ascii: "/")) ? split(mirror) : ("", mirror)
            folder = parts.0
            let name = parts.1
            isFilm = takesFilms && FilmName.isFilm(name)
            if ImageFormat(path: name) != nil || isFilm, let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")),
                dot != name.startIndex
            {
                stem = String(name[..<dot])
                ending = String(name[name.utf8.index(after: dot)...])
            } else {
                stem = name
                ending = ""
            }
        }
    }
}
