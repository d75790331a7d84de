import TensorCore

/// How small images are made of large ones while an upscaler learns.
public enum Degradation: String, Codable, Sendable, CaseIterable {
    /// MATLAB's `imresize`, as published figures are measured.
    case bicubic
    /// Blur, noise and JPEG, twice over and in changing order (Wang et al. 2021, "Real-ESRGAN"), for images of
    /// unknown origin.
    case practical

    /// How many pixels of the small image around a crop its values may depend on.
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
    ///   - random: where the practical degradation draws from.
    func small(of large: PlanarImage, scale: Int, random: Random) -> PlanarImage {
        switch self {
        case .bicubic: large.imresized(by: 1 / Double(scale)).roundedTo8Bits()
        case .practical: PracticalDegradation().applied(to: large, scale: scale, dice: Dice(random))
        }
    }
}
