/// An upscaler as its model folder describes it.
public struct SuperResolutionConfiguration: Codable, Sendable, Hashable {
    /// `sr`.
    public static let kind = "sr"

    /// The network that upscales.
    public var generator = UpscalerArchitecture()
    /// What the network's result is resized by at the end, by a cubic with a = −0.75, as some public models are used
    /// for other scales than their own; nil leaves it as it is.
    public var resize: Double?
    /// How it was trained; nil where that was done elsewhere.
    public var training: UpscalerTrainingSettings?

    /// The defaults of every property.
    public init() {}
}
