import ImageData

/// The form of a translator's images. What is nil is as suits the images, or as recorded where a run goes on.
public struct PairFormat: Sendable {
    /// Side that images are resized to; nil for an eighth above ``cropSize``.
    public var loadSize: Int?
    /// Side of the part that is cut out and learned from; nil for 256.
    public var cropSize: Int?
    /// Whether images are shown mirrored, too; nil for yes.
    public var flip: Bool?
    /// What becomes of images that are not square; nil squeezes them.
    public var fit: Fit?
    /// Channels of the input: 1 or 3; nil for what the images have.
    public var inputChannels: Int?
    /// Channels of the target: 1 or 3; nil for what the images have.
    public var targetChannels: Int?

    /// As suits the images, but for the part that is cut out.
    public init(cropSize: Int? = nil) { self.cropSize = cropSize }

    /// The frame of a new run.
    ///
    /// - Parameter channels: the default channels of inputs and targets.
    /// - Throws: `PairError` if crops of that size are impossible.
    package func frame(channels: (input: Int, target: Int)) throws -> PairFrame {
        let crop = cropSize ?? 256
        var frame = PairFrame(
            loadSize: crop + crop * 30 / 256, cropSize: crop, inputChannels: channels.input,
            targetChannels: channels.target)
        apply(to: &frame)
        try frame.check()
        return frame
    }

    /// Puts what is set in its place.
    package func apply(to frame: inout PairFrame) {
        frame.loadSize = loadSize ?? frame.loadSize
        frame.cropSize = cropSize ?? frame.cropSize
        frame.flip = flip ?? frame.flip
        frame.fit = fit ?? frame.fit
        frame.inputChannels = inputChannels ?? frame.inputChannels
        frame.targetChannels = targetChannels ?? frame.targetChannels
    }

    /// Refuses images that are smaller than the crop, unless `--load-size` asks to upscale them.
    ///
    /// - Throws: `PairError.imagesTooSmall`.
    func refuseUpscaling(_ dataset: any PairDataset, to frame: PairFrame) throws {
        let size = dataset.typicalSize
        guard loadSize == nil, max(size.width, size.height) < frame.cropSize else { return }
        throw PairError.imagesTooSmall(size: size, crop: frame.cropSize)
    }
}
