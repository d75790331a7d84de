import ImageFiles

extension Generation {
    /// Makes all images and writes them as the frames of an animated PNG file (APNG), which plays without end. Its
    /// metadata are those of the first image.
    ///
    /// - Parameters:
    ///   - path: the file, whose name ends in .png or .apng.
    ///   - milliseconds: how long each image is shown.
    ///   - tell: is told how the work goes.
    /// - Throws: ``RequestError`` for another name or duration, `ImageError` when the file cannot be written, and what
    ///   ``run(_:)`` throws; then there is no file.
    public func writeAnimation(
        to path: String, milliseconds: Int = 40, telling tell: (WorkEvent) -> Void = { _ in }
    ) throws {
        guard ImageFormat(path: path) == .png else {
            throw RequestError("\(path): the name of an animation must end in .png or .apng.")
        }
        guard (1...65_535).contains(milliseconds) else {
            throw RequestError("An image of an animation is shown for 1 to 65535 milliseconds, not \(milliseconds).")
        }
        let writer = try AnimatedPNGWriter(path, frames: count, milliseconds: milliseconds)
        var done = 0
        tell(.progress(WorkProgress("generating", 0, of: count)))
        try run { made in
            try writer.add(made.image)
            done += 1
            tell(.progress(WorkProgress("generating", done, of: count)))
        }
        try writer.finish()
    }
}
