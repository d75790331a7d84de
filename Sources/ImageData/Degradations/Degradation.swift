import TensorCore

/// How training makes small images from large ones.
public enum Degradation: String, Codable, Sendable, CaseIterable {
    /// MATLAB's `imresize`, which published figures use.
    case bicubic
    /// Blur, noise and JPEG, twice and in random order (Wang et al. 2021, "Real-ESRGAN"), for images of unknown origin.
    case practical

    /// The margin around a crop, in pixels of the small image, on which its values may depend.
    var margin: Int {
        switch self {
        case .bicubic: 2
        case .practical: 8
        }
    }

    /// A small image in 8 bits.
    ///
    /// - Parameters:
    ///   - large: its sides are multiples of `scale`.
    ///   - random: the random stream of the practical degradation.
    package func small(of large: PlanarImage, scale: Int, random: Random) -> PlanarImage {
        switch self {
        case .bicubic: large.imresized(by: 1 / Double(scale)).roundedTo8Bits()
        case .practical: PracticalDegradation().applied(to: large, scale: scale, dice: Dice(random))
        }
    }
}
