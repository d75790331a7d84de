/// One image to process, and where its results go.
public struct ImageJob: Sendable {
    /// Its position in the list of all images, whatever share is processed.
    public let index: Int
    /// The file.
    public let input: String
    /// The path of the file below the folder that the user named: the same on every machine.
    public let relativePath: String
    /// The files to write, one for each variant.
    public let outputs: [String]
    /// Bytes in the file.
    public let bytes: Int
}
