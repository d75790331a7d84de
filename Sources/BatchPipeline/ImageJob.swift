/// One image to work on, and where its results go.
public struct ImageJob: Sendable {
    /// Its place in the list of all images, whatever share of them is worked on.
    public let index: Int
    /// The file.
    public let input: String
    /// Where the file lies below the folder that was named, with its own name: the same on every machine.
    public let relativePath: String
    /// The files to write, one for each variant.
    public let outputs: [String]
    /// Bytes in the file.
    public let bytes: Int
}
