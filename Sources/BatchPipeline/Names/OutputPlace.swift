import Files
import ImageFiles

/// Where results go: a folder, one file, or a stream that is open, such as the standard output.
package struct OutputPlace {
    /// The folder of the results; that of the file if there is only one.
    package let folder: String
    /// The path of the only result, exactly as it was named.
    package private(set) var file: String?
    /// Whether the only result goes to a stream.
    package private(set) var isStream = false

    /// A folder is what exists as one, what ends in a slash, and what does not end like a file.
    ///
    /// - Parameters:
    ///   - named: what the user named; `-` is the standard output.
    ///   - isOneResult: whether there is one result.
    ///   - format: the format of the results, if it was chosen.
    ///   - isFilm: whether the result is a film.
    ///   - isAnimation: whether the result is an animation, which can be a GIF.
    ///   - names: what messages call the settings.
    /// - Throws: ``BatchError`` when no result can have the name, or when several would have it.
    package init(
        _ named: String, isOneResult: Bool, format: ImageFormat?, isFilm: Bool = false, isAnimation: Bool = false,
        names: SettingNames
    ) throws {
        let output = trimmed(named)
        if named == "-" || openDescriptor(output) != nil {
            guard isOneResult else {
                throw BatchError.usage("A stream takes one image; several images need a folder: \(names.output).")
            }
            if isFilm {
                throw BatchError.usage("A film cannot go to a stream; name a file for the result: \(names.output).")
            }
            (folder, file, isStream) = ("", named == "-" ? StandardStream.output : output, true)
            return
        }
        let isFolder = FileStatus(output)?.kind == .folder || named.hasSuffix("/")
        if isFilm, !isFolder, ResultName(output) != .other {
            guard FilmName.isWritten(output) else {
                throw BatchError.usage(
                    "\(output): the result of a film is a film; its name must end in \(FilmName.writtenEndings).")
            }
            (folder, file) = (split(output).folder, output)
            return
        }
        if isAnimation, !isFolder, format == nil, ImageFormat(resultPath: output) == .gif {
            (folder, file) = (split(output).folder, output)
            return
        }
        if !isFolder, let refusal = ResultName.refusal(of: output) {
            throw BatchError.usage("\(refusal). For a folder of that name, write \(output)/.")
        }
        guard !isFolder, case .image(let own) = ResultName(output) else {
            folder = output
            return
        }
        guard isOneResult else {
            throw BatchError.usage(
                "\(output) is the name of a file; several images need a folder: \(names.output). "
                    + "For a folder of that name, write \(output)/.")
        }
        if let format, format != own {
            throw BatchError.usage("\(output) and \(names.format) \(format.fileExtension) contradict each other.")
        }
        (folder, file) = (split(output).folder, output)
    }

    init(_ settings: BatchSettings) throws {
        let isOne =
            settings.lists.isEmpty && settings.inputs.count == 1 && settings.variants.count == 1
            && FileStatus(settings.inputs[0])?.kind != .folder
        let isFilm = isOne && settings.films == .taken && FilmName.isFilm(settings.inputs[0])
        try self.init(
            settings.output, isOneResult: isOne, format: isFilm ? nil : settings.format, isFilm: isFilm,
            isAnimation: isOne && settings.takesAnimations && Image.isAnimation(settings.inputs[0]),
            names: settings.names)
    }
}
