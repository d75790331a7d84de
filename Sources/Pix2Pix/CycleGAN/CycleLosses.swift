/// The losses that couple the two translators of a CycleGAN.
public struct CycleLosses: Codable, Sendable, Hashable {
    /// λ of the mean absolute difference between an image of A and its translation to B and back.
    public var weightA: Float = 10
    /// The same for an image of B.
    public var weightB: Float = 10
    /// Weight, relative to λ, of the difference between an image and its translation to its own kind; preserves colors.
    /// 0 is off.
    public var identityWeight: Float = 0.5

    /// The paper's.
    public init() {}
}
