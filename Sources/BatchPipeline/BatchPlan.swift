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
    /// The image on the standard input; it is there as long as the plan.
    private var standardInput: SpooledInput?

    /// Finds the images and names their results. Creates the output folder, except in a dry run.
    ///
    /// - Throws: ``BatchError`` for wrong usage, ``ImageError`` when the folder cannot be created.
    init(_ settings: BatchSettings) throws {
        try Self.check(settings)
        let place = try OutputPlace(settings)
        // Before the search: all ranks have to see the same folders.
        if !settings.isDryRun, !place.isStream { try ImageError.ofFiles { try createFolders(place.folder) } }
        let outputIdentity = place.file == nil ? FileStatus(place.folder)?.identity : nil
        let scan = try InputScan(
            inputs: settings.inputs, lists: settings.lists, output: outputIdentity, limits: settings.limits,
            films: settings.films, animations: settings.takesAnimations)
        standardInput = scan.standardInput
        if settings.suffix.isEmpty, let root = scan.roots.first(where: { $0.identity == outputIdentity }) {
            throw BatchError.usage(
                "The results would be among the images of \(root.path). "
                    + "Choose another \(settings.names.output), or mark them with a \(settings.names.suffix).")
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
            let outputs = naming.outputs[index]
            let format =
                ImageFormat(resultPath: outputs[0]) ?? settings.format ?? ImageFormat(writtenPath: file.mirror)
            let job = ImageJob(
                index: index, input: file.path, name: file.name, relativePath: file.mirror, outputs: outputs,
                format: format ?? .png, isFilm: file.isFilm, bytes: file.bytes)
            if place.isStream {
                jobs.append(job)
            } else {
                add(job, settings, inputs: inputs, earlier: naming.earlierKeys)
            }
        }
        if place.isStream { return }
        // Also when all results exist: a killed process may have left temporary files behind.
        var seen: Set<[UInt8]> = []
        let results = naming.outputs.indices.filter { shares[$0] == own.index }.flatMap { naming.outputs[$0] }
        if !settings.isDryRun { try leaveOutUnwritable() }
        folders = ([place.folder] + results.map { split($0).folder }).filter { seen.insert(Array($0.utf8)).inserted }
    }

    private mutating func add(
        _ job: ImageJob, _ settings: BatchSettings, inputs: [FileIdentity: String], earlier: Set<String>
    ) {
        let present = job.outputs.map { FileStatus($0) }
        for (output, status) in zip(job.outputs, present) {
            guard let status else { continue }
            if earlier.contains(OutputNames.key(output)) {
                return skipped.append(SkippedFile(path: job.name, reason: .existing, job: job))
            }
            if let input = inputs[status.identity] {
                let reason =
                    "its result \(output) would replace the input \(input); "
                    + "choose another \(settings.names.output) or a \(settings.names.suffix)"
                return failed.append(FailedFile(path: job.name, reason: reason))
            }
        }
        if settings.skipsExisting, present.allSatisfy({ $0.map { $0.kind == .file && $0.bytes > 0 } ?? false }) {
            return skipped.append(SkippedFile(path: job.name, reason: .existing, job: job))
        }
        jobs.append(job)
    }

    /// Finds out, before anything is computed, where nothing can be written.
    ///
    /// - Throws: ``ImageError`` when no result can be written.
    private mutating func leaveOutUnwritable() throws {
        var folders = FolderCheck()
        let problems = jobs.map { job in job.outputs.lazy.compactMap { folders.problem(of: $0) }.first }
        let found = problems.compactMap { $0 }
        if let first = found.first, found.count == jobs.count { try ImageError.ofFiles { throw first } }
        for (job, problem) in zip(jobs, problems) {
            guard let problem else { continue }
            failed.append(FailedFile(path: job.name, reason: "\(problem); check the permissions of the folder"))
        }
        jobs = zip(jobs, problems).filter { $1 == nil }.map(\.0)
    }

    private static func check(_ settings: BatchSettings) throws {
        if settings.inputs.isEmpty, settings.lists.isEmpty {
            throw BatchError.usage("Name the images: files, folders, or a list (\(settings.names.lists)).")
        }
        if settings.output.isEmpty {
            throw BatchError.usage("Name a folder for the results: \(settings.names.output).")
        }
        for addition in [settings.suffix] + settings.variants {
            if addition.contains("/") || addition.contains("\0") || addition.utf8.count > 64 {
                throw BatchError.usage("“\(addition)” cannot be part of a file name: no slashes, 64 bytes at most.")
            }
        }
    }
}
