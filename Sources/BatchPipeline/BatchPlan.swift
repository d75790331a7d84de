import Files
import Glibc
import ImageFiles

/// What a batch will do, determined before anything is read or written.
struct BatchPlan {
    /// This process's images, in order.
    private(set) var jobs: [ImageJob] = []
    private(set) var skipped: [SkippedFile] = []
    private(set) var failed: [FailedFile] = []
    /// The folders that hold results, old or new.
    private(set) var folders: [String] = []
    /// The number of images in all shares.
    private(set) var total = 0

    /// Finds the images and names their results. Creates the output folder, except in a dry run.
    ///
    /// - Throws: ``BatchError`` for wrong usage, ``ImageError`` when the folder cannot be created.
    init(_ settings: BatchSettings) throws {
        try Self.check(settings)
        let place = try OutputPlace(settings)
        // Before the search: all ranks have to see the same folders.
        if !settings.isDryRun { try ImageError.ofFiles { try createFolders(place.folder) } }
        let outputIdentity = FileStatus(place.folder)?.identity
        let scan = try InputScan(
            inputs: settings.inputs, lists: settings.lists, output: place.file == nil ? outputIdentity : nil)
        if settings.suffix.isEmpty, let root = scan.roots.first(where: { $0.identity == outputIdentity }) {
            throw BatchError.usage(
                "The results would be among the images of \(root.path). "
                    + "Choose another folder with -o, or mark them with --suffix=-new.")
        }
        let own = settings.ownShard
        // Only the first share reports files that are not images.
        if own.index == 0 { (skipped, failed) = (scan.skipped, scan.failed) }
        let naming = Naming(scan.files, settings, place)
        total = naming.files.count
        if own.index == 0 { skipped += naming.earlierResults.map { SkippedFile(path: $0, reason: .earlierResult) } }
        let shares = Shard.shares(of: naming.files.map(\.bytes), count: own.count)
        let inputs = Dictionary(scan.files.map { ($0.identity, $0.path) }) { first, _ in first }
        for (index, file) in naming.files.enumerated() where shares[index] == own.index {
            add(
                ImageJob(
                    index: index, input: file.path, relativePath: file.mirror, outputs: naming.outputs[index],
                    bytes: file.bytes), settings, inputs: inputs, earlier: naming.earlierKeys)
        }
        // Also when all results exist: a killed process may have left temporary files behind.
        var seen: Set<[UInt8]> = []
        let results = naming.outputs.indices.filter { shares[$0] == own.index }.flatMap { naming.outputs[$0] }
        folders = ([place.folder] + results.map { split($0).folder }).filter { seen.insert(Array($0.utf8)).inserted }
    }

    private mutating func add(
        _ job: ImageJob, _ settings: BatchSettings, inputs: [FileIdentity: String], earlier: Set<String>
    ) {
        let present = job.outputs.map { FileStatus($0) }
        for (output, status) in zip(job.outputs, present) {
            guard let status else { continue }
            if earlier.contains(OutputNames.key(output)) {
                return skipped.append(SkippedFile(path: job.input, reason: .existing))
            }
            if let input = inputs[status.identity] {
                let reason = "its result \(output) would replace the input \(input); choose another -o or a --suffix"
                return failed.append(FailedFile(path: job.input, reason: reason))
            }
        }
        if settings.skipsExisting, present.allSatisfy({ $0.map { $0.kind == .file && $0.bytes > 0 } ?? false }) {
            return skipped.append(SkippedFile(path: job.input, reason: .existing))
        }
        jobs.append(job)
    }

    private static func check(_ settings: BatchSettings) throws {
        if settings.inputs.isEmpty, settings.lists.isEmpty {
            throw BatchError.usage("Name the images: files, folders, or a list (--list FILE).")
        }
        if settings.output.isEmpty { throw BatchError.usage("Name a folder for the results: -o DIR.") }
        for addition in [settings.suffix] + settings.variants {
            if addition.contains("/") || addition.contains("\0") || addition.utf8.count > 64 {
                throw BatchError.usage("“\(addition)” cannot be part of a file name: no slashes, 64 bytes at most.")
            }
        }
    }
}

/// Where results go: a folder, or one file.
private struct OutputPlace {
    let folder: String
    /// The name of the only result, if it was named.
    var file: String?

    init(_ settings: BatchSettings) throws {
        let output = trimmed(settings.output)
        let isFolder = FileStatus(output)?.kind == .folder || settings.output.hasSuffix("/")
        guard !isFolder, let named = ImageFormat(path: output) else {
            folder = output
            return
        }
        let isOneFile =
            settings.lists.isEmpty && settings.inputs.count == 1
            && FileStatus(settings.inputs[0])?.kind != .folder
        guard isOneFile else {
            throw BatchError.usage("\(output) is the name of a file; several images need a folder: -o DIR.")
        }
        if let format = settings.format, format != named {
            throw BatchError.usage("\(output) and --format \(format.fileExtension) contradict each other.")
        }
        let parts = split(output)
        (folder, file) = (parts.folder, parts.name)
    }
}

/// The images that are inputs, and the names of their results.
private struct Naming {
    let files: [FoundFile]
    /// Full paths.
    let outputs: [[String]]
    /// Files beside the inputs that have the name of a result.
    var earlierResults: [String] = []
    var earlierKeys: Set<String> = []

    init(_ found: [FoundFile], _ settings: BatchSettings, _ place: OutputPlace) {
        let inside = Self.positions(of: found, below: place.folder)
        var kept = Array(found.indices)
        var names = OutputNames(format: settings.format, suffix: settings.suffix, variants: settings.variants)
        if let file = place.file { (names.suffix, names.format) = ("", ImageFormat(path: file)) }
        while true {
            let mirrors = kept.map { place.file ?? found[$0].mirror }
            var occupied: [String: Int] = [:]
            for (index, file) in kept.enumerated() { if let key = inside[file] { occupied[key] = index } }
            // With a suffix, a file with a result's name is a result. Without one, no result may have an input's name.
            let assigned = names.assign(mirrors, occupied: names.suffix.isEmpty ? occupied : [:])
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
