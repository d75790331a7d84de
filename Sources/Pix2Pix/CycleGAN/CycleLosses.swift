/// What holds the two translators of a CycleGAN together.
public struct CycleLosses: Codable, Sendable, Hashable {
    /// λ of the mean absolute difference between an image of A and what comes of it by way of B.
    public var weightA: Float = 10
    /// The same for an image of B.
    public var weightB: Float = 10
    /// Weight, relative to λ, of the difference between an image and its translation into the kind that it is of
    /// already; keeps colors. 0 is off.
    public var identityWeight: Float = 0.5

    /// The paper's.
    public init() {}
}
