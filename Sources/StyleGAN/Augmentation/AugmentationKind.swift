/// The augmentations of Karras et al. 2020, “Training generative adversarial networks with limited data”, in the order
/// of its appendix B.
package enum AugmentationKind: String, Codable, Sendable, CaseIterable {
    /// Mirrored.
    case flip
    /// Turned by multiples of 90°.
    case quarterTurns
    /// Moved by up to an eighth of the side, in whole pixels.
    case shift
    /// Enlarged or reduced: the binary logarithm of the factor has a deviation of 0.2.
    case scale
    /// Turned by any angle.
    case rotation
    /// Stretched in one direction and compressed in the other, likewise.
    case stretch
    /// Moved by fractions of pixels, with a deviation of an eighth of the side.
    case fractionalShift

    /// Brighter or darker, with a deviation of 0.2.
    case brightness
    /// More or less contrast: the binary logarithm of the factor has a deviation of 0.5.
    case contrast
    /// Bright and dark exchanged, with the hue left as it is.
    case lumaFlip
    /// Turned hues.
    case hue
    /// More or less saturation: the binary logarithm of the factor has a deviation of 1.
    case saturation

    /// Four bands of frequencies amplified or weakened.
    case filter
    /// Noise with a deviation of up to about 0.1.
    case noise
    /// A square of half the side replaced by gray.
    case cutout

    /// Those that the paper uses by default: geometry and color.
    package static let usual = allCases.filter { ![.filter, .noise, .cutout].contains($0) }
}
