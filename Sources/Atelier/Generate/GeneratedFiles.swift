import Foundation
import ImageFiles

/// Where generated images go.
public struct GeneratedFiles: Sendable {
    /// The folder for single images; nil writes none.
    public var folder: String?
    /// A file for one sheet of all images, a row for each class; nil for none.
    public var sheet: String?
    /// The format of single images.
    public var format: ImageFormat

    /// - Parameters:
    ///   - folder: for single images; nil writes none.
    ///   - sheet: a file for one sheet of all images; nil for none.
    ///   - format: the format of single images.
    public init(folder: String?, sheet: String? = nil, format: ImageFormat = .png) {
        self.folder = folder
        self.sheet = sheet
        self.format = format
    }
}

/// What is told while generated images are written.
public enum GenerationEvent: Sendable {
    /// How far the work has come.
    case progress(WorkProgress)
    /// An image was written.
    case wrote(GeneratedImage, file: String)
    /// The sheet was written.
    case wroteSheet(Image, file: String)
    /// A file could not be written, for a reason in words.
    case failed(String)
}

/// What came of generated images.
public struct GenerationSummary: Sendable, Equatable, CustomStringConvertible {
    /// Single images that were written.
    public private(set) var written = 0
    /// Files that could not be written.
    public private(set) var failures = 0
    /// The file of the sheet, if it was written.
    public private(set) var sheet: String?
    /// The folder of the single images.
    public let folder: String?

    init(folder: String?) { self.folder = folder }

    mutating func count(_ event: GenerationEvent) {
        switch event {
        case .progress: break
        case .wrote: written += 1
        case .wroteSheet(_, let file): sheet = file
        case .failed: failures += 1
        }
    }

    /// What was written where.
    public var description: String {
        var parts: [String] = []
        if let folder, written > 0 { parts.append("\(written) \(written == 1 ? "image" : "images") in \(folder)") }
        if let sheet { parts.append("a sheet in \(sheet)") }
        if failures > 0 { parts.append("\(failures) could not be written") }
        return parts.joined(separator: "; ")
    }
}

extension Generation {
    /// Makes all images and writes them. What cannot be written does not keep the others from being.
    ///
    /// - Parameters:
    ///   - files: the folder, the sheet and the format.
    ///   - tell: is told what happens.
    /// - Throws: `CancellationError` when the task is canceled.
    @discardableResult
    public func write(
        _ files: GeneratedFiles, telling tell: (GenerationEvent) -> Void = { _ in }
    ) throws -> GenerationSummary {
        let folder = files.folder.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        var summary = GenerationSummary(folder: folder)
        var folders = MadeFolders()
        func note(_ event: GenerationEvent) {
            summary.count(event)
            tell(event)
        }
        var shown: [Image] = []
        var count = 0
        note(.progress(WorkProgress("generating", 0, of: self.count)))
        try eachResult { result in
            switch result {
            case .failure(let error): note(.failed("\(error)"))
            case .success(let made):
                if let folder {
                    let file = folder + "/" + made.path + "." + files.format.fileExtension
                    let failure = folders.write(made.image, to: file, options: EncodingOptions(files.format))
                    note(failure.map { .failed($0) } ?? .wrote(made, file: file))
                }
                if files.sheet != nil { shown.append(made.image) }
            }
            count += 1
            if count % options.batchSize == 0 || count == self.count {
                note(.progress(WorkProgress("generating", count, of: self.count)))
            }
        }
        if let file = files.sheet, shown.count < count {
            note(.failed("\(file): not written, because \(count - shown.count) of its images could not be made"))
        } else if let file = files.sheet {
            let sheet = sheet(of: shown)
            let failure = folders.write(sheet, to: file, options: nil)
            note(failure.map { .failed($0) } ?? .wroteSheet(sheet, file: file))
        }
        return summary
    }
}

/// Folders that were made already.
private struct MadeFolders {
    private var known: Set<String> = []

    /// Writes an image and the folders above it, or says why that is not possible.
    mutating func write(_ image: Image, to path: String, options: EncodingOptions?) -> String? {
        do {
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            if known.insert(parent).inserted {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            }
            try image.write(to: path, options: options)
            return nil
        } catch {
            return (error as? ImageError)?.description ?? "\(path): \(error.localizedDescription)"
        }
    }
}
