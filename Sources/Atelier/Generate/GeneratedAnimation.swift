import ImageFiles

extension Generation {
    /// Makes all images and writes them as the frames of an animated PNG (APNG), WebP or GIF file, which plays without
    /// end. Its metadata are those of the first image. A GIF has 256 colors a frame, and hundredths of a second.
    ///
    /// - Parameters:
    ///   - path: the file, whose name ends in .png, .apng, .webp or .gif.
    ///   - milliseconds: how long each image is shown.
    ///   - tell: is told how the work goes.
    /// - Throws: ``RequestError`` for another name or duration, `ImageError` when the file cannot be written, and what
    ///   ``run(_:)`` throws; then there is no file.
    public func writeAnimation(
        to path: String, milliseconds: Int = 40, telling tell: (WorkEvent) -> Void = { _ in }
    ) throws {
        guard let format = ImageFormat(path: path), format.holdsAnimations else {
            throw RequestError("\(path): the name of an animation must end in .png, .apng, .webp or .gif.")
        }
        guard (1...65_535).contains(milliseconds) else {
            throw RequestError("An image of an animation is shown for 1 to 65535 milliseconds, not \(milliseconds).")
        }
        let duration = AnimationDuration(milliseconds: milliseconds)
        let options = EncodingOptions(format)
        guard let writer = try format.animationWriter(path, frames: count, plays: 0, options: options) else { return }
        var done = 0
        tell(.progress(WorkProgress("generating", 0, of: count)))
        try run { made in
            try writer.add(AnimationFrame(made.image, duration: duration))
            done += 1
            tell(.progress(WorkProgress("generating", done, of: count)))
        }
        _ = try writer.finish()
    }
}
