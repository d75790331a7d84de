/// The form of the crops that an upscaler learns from.
public struct CropFrame: Codable, Sendable, Hashable {
    /// Rows and columns of a crop of the large image; a multiple of ``scale``.
    public var cropSize: Int
    /// How many times larger that is than the crop of the small image.
    public var scale: Int
    /// 1 gray, 3 RGB.
    public var channels: Int
    /// Show crops flipped and turned, too.
    public var flip: Bool
    /// How small images are made of large ones; of no use where there are true ones.
    public var degradation: Degradation
    /// What the decoded photos that crops are cut from side by side take at most, in bytes: part of the order of crops.
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
