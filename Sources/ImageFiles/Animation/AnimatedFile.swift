import Files

/// The parts of an animated file of one format, and each frame as a file of its own.
protocol AnimatedFile {
    /// Reads everything but the pixels. Of a truncated file, the frames that are whole.
    ///
    /// - Throws: ``ImageError``.
    init(_ bytes: FileBytes) throws

    var outline: AnimationOutline { get }
    /// Whether the file ends before its animation does.
    var isTruncated: Bool { get }

    /// A frame as the bytes of a still image.
    ///
    /// - Throws: ``ImageError``.
    func still(_ frame: AnimationOutline.Frame, of bytes: FileBytes) throws -> [UInt8]
}
