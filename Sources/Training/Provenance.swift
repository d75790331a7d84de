import ImageFiles

/// What a generated picture says about itself: that a trained model made it, which one, and from what.
public struct Provenance: Sendable, Equatable {
    /// The name of the model.
    public var model: String
    /// The seed, or the seeds of both ends of an interpolation.
    public var seed: String
    /// The class that was asked for, when the model knows classes.
    public var className: String?
    /// The truncation, when one was used.
    public var truncation: Float?

    /// What is nil is not said.
    public init(model: String, seed: String, className: String? = nil, truncation: Float? = nil) {
        self.model = model
        self.seed = seed
        self.className = className
        self.truncation = truncation
    }

    /// The IPTC's term for media made by a model trained on samples.
    public static let digitalSourceType = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

    /// Text chunks (comments in a JPEG) and an XMP packet.
    public var metadata: ImageMetadata {
        var text = [
            ImageMetadata.Text(keyword: "Software", value: Software.description),
            ImageMetadata.Text(keyword: "Model", value: model),
            ImageMetadata.Text(keyword: "Seed", value: seed),
        ]
        if let className { text.append(ImageMetadata.Text(keyword: "Class", value: className)) }
        if let truncation { text.append(ImageMetadata.Text(keyword: "Truncation", value: "\(truncation)")) }
        return ImageMetadata(text: text, xmp: Self.packet)
    }

    private static let packet = """
        <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
         <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
          <rdf:Description rdf:about=""
            xmlns:xmp="http://ns.adobe.com/xap/1.0/"
            xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
            xmp:CreatorTool="\(Software.description)"
            Iptc4xmpExt:DigitalSourceType="\(digitalSourceType)"/>
         </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="w"?>
        """
}
