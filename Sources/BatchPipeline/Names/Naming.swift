import Files

/// The images that are inputs, and the names of their results.
struct Naming {
    let files: [FoundFile]
    /// Full paths.
    let outputs: [[String]]
    /// Files beside the inputs that have the name of a result.
    var earlierResults: [String] = []
    var earlierKeys: Set<String> = []

    init(_ found: [FoundFile], _ settings: BatchSettings, _ place: OutputPlace) {
        if let file = place.file {
            (files, outputs) = (found, found.map { _ in [file] })
            return
        }
        let inside = Self.positions(of: found, below: place.folder)
        var kept = Array(found.indices)
        let names = OutputNames(
            format: settings.format, suffix: settings.suffix, variants: settings.variants,
            takesFilms: settings.films == .taken)
        while true {
            let mirrors = kept.map { found[$0].mirror }
            let animated = Set(kept.indices.filter { found[kept[$0]].isAnimatedGIF })
            var occupied: [String: Int] = [:]
            for (index, file) in kept.enumerated() { if let key = inside[file] { occupied[key] = index } }
            // With a suffix, a file with a result's name is a result. Without one, no result may have an input's name.
            let assigned = names.assign(mirrors, animated: animated, occupied: names.suffix.isEmpty ? occupied : [:])
            var hit: Set<Int> = []
            for (index, keys) in assigned.map({ $0.map(OutputNames.key) }).enumerated() {
                for key in keys { if let other = occupied[key], other != index { hit.insert(other) } }
            }
            if hit.isEmpty {
                files = kept.map { found[$0] }
                outputs = assigned.map { $0.map { joined(place.folder, $0) } }
                break
            }
            for index in hit {
                let file = kept[index]
                earlierResults.append(found[file].path)
                if let key = inside[file] { earlierKeys.insert(OutputNames.key(joined(place.folder, key))) }
            }
            kept = kept.indices.filter { !hit.contains($0) }.map { kept[$0] }
        }
        earlierResults.sort(by: naturallyPrecedes)
    }

    /// For each image in or below the output folder, its name there.
    private static func positions(of files: [FoundFile], below folder: String) -> [String?] {
        guard let root = resolved(folder) else { return files.map { _ in nil } }
        let start = joined(root, "")
        // Compared as bytes: strings treat two encodings of one accented letter as equal, disks do not.
        var folders: [[UInt8]: String?] = [:]
        return files.map { file in
            let (folder, name) = split(file.path)
            let key = Array(folder.utf8)
            if folders[key] == nil { folders[key] = .some(resolved(folder)) }
            guard case let real?? = folders[key] else { return nil }
            let path = joined(real, name)
            guard path.utf8.starts(with: start.utf8) else { return nil }
            return OutputNames.key(String(Substring(path.utf8.dropFirst(start.utf8.count))))
        }
    }
}
