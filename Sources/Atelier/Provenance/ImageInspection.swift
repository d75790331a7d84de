import Files
import ImageFiles
import Models

/// What an image file says of its making. Nothing of it is proven: anybody can write or remove such marks.
public struct ImageInspection: Sendable {
    /// The file.
    public let path: String
    /// Size and kind.
    public let header: ImageHeader
    /// The IPTC's term for how the image came about, without its address: `trainedAlgorithmicMedia` for images that a
    /// trained model made, `compositeWithTrainedAlgorithmicMedia` for those it has changed; nil if the file does not say.
    public let sourceType: String?
    /// The program that XMP names; nil if it names none.
    public let creator: String?
    /// The text chunks of a PNG, the comments of a JPEG.
    public let texts: [ImageMetadata.Text]
    /// EXIF's most used fields, by names such as `make` and `taken`.
    public let exif: [(name: String, value: String)]
    /// Whether EXIF says where the photo was taken.
    public let hasPosition: Bool
    /// Whether there is a manifest of C2PA (content credentials); it is not verified.
    public let hasC2PA: Bool
    /// What the image was made from, if Atelier has written it.
    package let recipe: Recipe?
    /// Why the recipe cannot be read; nil if it can, or if there is none.
    public let recipeProblem: String?

    /// No pixels are decoded, so the image may have any size.
    private static let limits = ImageLimits(maxWidth: .max, maxHeight: .max, maxPixels: .max, maxBytes: .max)

    /// Reads all but the pixels.
    ///
    /// - Throws: `ImageError` for a file that is no image or cannot be read.
    public init(_ path: String) throws {
        self.path = path
        header = try Image.header(of: path)
        let metadata = try ImageRowReader(path, limits: Self.limits, allowPartial: true).metadata
        let turned = header.orientation > 1 ? [(name: "orientation", value: "\(header.orientation)")] : []
        (exif, hasPosition) = (metadata.namedEXIF + turned, metadata.hasPosition)
        hasC2PA = try FileMarks(path).hasC2PA
        texts = metadata.text
        let packet = metadata.xmp ?? ""
        let term = XMPProperties.text(of: "DigitalSourceType", in: Provenance.iptcSpace, packet)
        sourceType = term.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        creator = XMPProperties.text(of: "CreatorTool", in: "http://ns.adobe.com/xap/1.0/", packet)
        do {
            recipe = try Recipe(xmp: packet)
            recipeProblem = nil
        } catch {
            recipe = nil
            recipeProblem = "it is damaged, or of a later version"
        }
    }

    /// Whether the file says that a trained model made or changed it.
    public var saysGenerated: Bool {
        recipe != nil || (sourceType?.lowercased().contains("trainedalgorithmicmedia") ?? false)
    }
}
