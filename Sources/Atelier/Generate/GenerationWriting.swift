import BatchPipeline
import Files
import ImageFiles

extension Generation {
    /// Makes all images and writes them. What cannot be written does not keep the others from being, except when the
    /// disk is full. Where nothing can be written, nothing is made.
    ///
    /// - Parameters:
    ///   - files: the folder, the sheet and the format.
    ///   - tell: is told what happens.
    /// - Throws: `CancellationError` when the task is canceled.
    @discardableResult
    public func write(
        _ files: GeneratedFiles, telling tell: (GenerationEvent) -> Void = { _ in }
    ) throws -> GenerationSummary {
        let writing = GeneratedWriting(files, paths: requests.map(\.path))
        var summary = GenerationSummary(folder: files.file ?? writing.folder)
        func note(_ event: GenerationEvent) {
            summary.count(event)
            tell(event)
        }
        for (words, count) in writing.problems {
            note(.failed(words))
            summary.failures += count - 1
        }
        guard writing.canWriteAny else { return summary }
        var shown: [Image] = []
        var count = 0
        note(.progress(WorkProgress("generating", 0, of: self.count)))
        do {
            try eachResult { result in
                switch result {
                case .failure(let error): note(.failed("\(error)"))
                case .success(let made):
                    if let file = writing.file(made.path) {
                        try writing.write(made.image, to: file, options: EncodingOptions(files.format)) { failure in
                            note(failure.map { .failed($0) } ?? .wrote(made, file: file))
                        }
                    }
                    if writing.sheet != nil { shown.append(made.image) }
                }
                count += 1
                if count % options.batchSize == 0 || count == self.count {
                    note(.progress(WorkProgress("generating", count, of: self.count)))
                }
            }
            if let file = writing.sheet, shown.count < count {
                note(.failed("\(file): not written, because \(count - shown.count) of its images could not be made"))
            } else if let file = writing.sheet {
                let sheet = sheet(of: shown)
                let options = openDescriptor(file) == nil ? nil : EncodingOptions(files.format)
                try writing.write(sheet, to: file, options: options) { failure in
                    note(failure.map { .failed($0) } ?? .wroteSheet(sheet, file: file))
                }
            }
        } catch is GeneratedWriting.DiskFull {
            summary.unfinished = max(self.count - count - 1, 0)
        }
        return summary
    }
}

/// Writes generated images to where they can be written.
private struct GeneratedWriting {
    /// The folder of single images, without a slash at its end.
    let folder: String?
    /// The sheet, unless it cannot be written.
    private(set) var sheet: String?
    /// What cannot be written, and how many files that concerns.
    private(set) var problems: [(words: String, count: Int)] = []
    private let files: GeneratedFiles
    private var unwritable: Set<String> = []
    private let count: Int

    struct DiskFull: Error {}

    init(_ files: GeneratedFiles, paths: [String]) {
        self.files = files
        folder = files.folder.map { trimmed($0) }
        count = paths.count
        var check = FolderCheck()
        func take(_ error: FileWriteError) {
            let words = "\(ImageError.notWritable(file: error.path, reason: error.reason))"
            if let known = problems.firstIndex(where: { $0.words == words }) {
                problems[known].count += 1
            } else {
                problems.append((words, 1))
            }
        }
        for path in paths {
            guard let file = name(path), let problem = check.problem(of: file) else { continue }
            take(problem)
            unwritable.insert(file)
        }
        guard let wanted = files.sheet else { return }
        if let problem = check.problem(of: wanted) { take(problem) } else { sheet = wanted }
    }

    var canWriteAny: Bool {
        sheet != nil || (folder != nil || files.file != nil) && unwritable.count < count
    }

    /// The file of an image; nil if it is not written.
    func file(_ path: String) -> String? { name(path).flatMap { unwritable.contains($0) ? nil : $0 } }

    private func name(_ path: String) -> String? {
        files.file ?? folder.map { joined($0, path + "." + files.format.fileExtension) }
    }

    /// Writes an image and the folders above it, and tells why that is not possible, or nil.
    ///
    /// - Throws: ``DiskFull``, after it was told.
    func write(_ image: Image, to path: String, options: EncodingOptions?, _ tell: (String?) -> Void) throws {
        do {
            if openDescriptor(path) == nil { try ImageError.ofFiles { try createFolders(split(path).folder) } }
            try image.write(to: path, options: options)
            tell(nil)
        } catch {
            tell("\(error)")
            if (error as? ImageError)?.isFullDisk == true { throw DiskFull() }
        }
    }
}
