/// Something that a file holds and its decoded image, or the file written from that, does not.
public struct ImageLoss: Sendable, Hashable, CustomStringConvertible {
    /// What is lost. The raw value is its name in counts.
    public enum Kind: String, Sendable, CaseIterable {
        /// Frames of an animation after the first image.
        case frames = "later frames"
        /// Images after the first one in a JPEG, an AVIF or a HEIC, and pages of a TIFF.
        case images = "further images"
        /// Bits of samples that have more than 16, and floating-point values outside of 0…1.
        case precision = "precision beyond 16 bits"
        /// Channels of a TIFF or a JPEG XL beside color and alpha.
        case channels = "further channels"
        /// What makes a JPEG an HDR image.
        case gainMap = "gain maps"
        /// The moving part of a motion photo.
        case video = "videos"
        /// Profiles, and other descriptions of color.
        case color = "color profiles"
        /// Optional chunks of a PNG with a wrong checksum.
        case damage = "damaged chunks"
        /// Texts, XMP, density.
        case metadata = "other metadata"
    }

    /// What is lost.
    public let kind: Kind
    /// The same in words: “3 later frames of the animation”.
    public let description: String

    /// A loss in words.
    public init(_ kind: Kind, _ description: String) { (self.kind, self.description) = (kind, description) }
}

extension Sequence<ImageLoss> {
    /// Each loss once, in order.
    package var unique: [ImageLoss] {
        var seen: Set<ImageLoss> = []
        return filter { seen.insert($0).inserted }
    }
}
