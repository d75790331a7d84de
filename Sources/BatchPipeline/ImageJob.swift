import ImageFiles

/// One image to process, and where its results go.
public struct ImageJob: Sendable {
    /// Its position in the list of all images, whatever share is processed.
    public let index: Int
    /// The file, as it can be opened.
    public let input: String
    /// The file, as it was named: `-` for the standard input.
    public let name: String
    /// The path of the file below the folder that the user named: the same on every machine.
    public let relativePath: String
    /// The files to write, one for each variant.
    public let outputs: [String]
    /// The format of the results; for a film, the ending of its result tells.
    public let format: ImageFormat
    /// Whether it is a film.
    public let isFilm: Bool
    /// Bytes in the file.
    public let bytes: Int
}
