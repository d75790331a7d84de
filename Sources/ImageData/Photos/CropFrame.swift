/// The form of the crops that an upscaler learns from.
public struct CropFrame: Codable, Sendable, Hashable {
    /// Rows and columns of a crop of the large image; a multiple of ``scale``.
    public var cropSize: Int
    /// The ratio of that crop to the crop of the small image.
    public var scale: Int
    /// 1 gray, 3 RGB.
    public var channels: Int
    /// Whether to flip and rotate crops.
    public var flip: Bool
    /// How small images are made from large ones; ignored if real ones exist.
    public var degradation: Degradation
    /// The most bytes of a group of decoded photos; determines the order of crops.
    public var groupBytes: Int

    /// SRGAN's crops of 96 pixels.
    public init(
        cropSize: Int = 96, scale: Int = 4, channels: Int = 3, flip: Bool = true, degradation: Degradation = .bicubic,
        groupBytes: Int = 768 << 20
    ) {
        self.cropSize = cropSize
        self.scale = scale
        self.channels = channels
        self.flip = flip
        self.degradation = degradation
        self.groupBytes = groupBytes
    }
}
