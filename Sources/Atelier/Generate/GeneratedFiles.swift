import BatchPipeline
import Files
import Foundation
import ImageFiles

/// Where generated images go.
public struct GeneratedFiles: Sendable {
    /// The folder for single images; nil writes none.
    public var folder: String?
    /// The file of the only image, exactly as it is named; nil for images in a folder.
    public var file: String?
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

    /// What people name: a folder; or, for one image, a file that ends like an image, or `-`, the standard output.
    ///
    /// - Parameters:
    ///   - output: for single images; nil writes none.
    ///   - sheet: a file for one sheet of all images, or `-`; nil for none.
    ///   - format: the format of single images; nil for that of the file's name, or else PNG.
    ///   - count: how many images there are.
    ///   - names: what messages call these settings.
    /// - Throws: `BatchError` when nothing can have such a name.
    package init(
        output: String?, sheet: String?, format: ImageFormat?, count: Int, names: SettingNames = SettingNames()
    ) throws {
        let place = try output.map {
            try OutputPlace($0, isOneResult: count == 1, format: format, names: names)
        }
        let isSheetOnStream = sheet.map { $0 == "-" || openDescriptor($0) != nil } ?? false
        if let sheet, !isSheetOnStream, ImageFormat(writtenPath: sheet) == nil {
            throw BatchError.usage(
                (ResultName.refusal(of: sheet)
                    ?? "\(sheet): the name of a sheet must end in \(ImageFormat.writtenEndings)") + ".")
        }
        if isSheetOnStream, place?.isStream == true {
            throw BatchError.usage("The standard output takes one image: either the sheet or the single image.")
        }
        self.init(
            folder: place.flatMap { $0.file == nil ? $0.folder : nil },
            sheet: sheet == "-" ? StandardStream.output : sheet,
            format: format ?? place?.file.flatMap { ImageFormat(writtenPath: $0) } ?? .png)
        file = place?.file
    }

    /// Whether an image goes to the standard output, so that nothing else may be printed there.
    public var writesToStandardOutput: Bool {
        [file, sheet].contains { $0.flatMap(openDescriptor) == STDOUT_FILENO }
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
    public internal(set) var failures = 0
    /// Images that were not made because the disk is full.
    public internal(set) var unfinished = 0
    /// The file of the sheet, if it was written.
    public private(set) var sheet: String?
    /// The folder of the single images, or the file of the only one.
    public let folder: String?

    init(folder: String?) { self.folder = folder }

    /// Whether everything was written.
    public var isComplete: Bool { failures == 0 && unfinished == 0 }

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
        func place(_ path: String) -> String { path == StandardStream.output ? "on standard output" : "in " + path }
        var parts: [String] = []
        if let folder, written > 0 { parts.append("\(counted(written, "image")) \(place(folder))") }
        if let sheet { parts.append("a sheet \(place(sheet))") }
        if failures > 0 { parts.append("\(failures) could not be written") }
        if unfinished > 0 {
            parts.append(
                "the disk is full, \(unfinished) not made: free some space, then run it again (seeds give the same "
                    + "images)")
        }
        return parts.joined(separator: "; ")
    }
}
