import Foundation
import ImageFiles

/// The facts that a generated image records: that a trained model made it, which model, and from which seed.
package struct Provenance: Sendable, Equatable {
    /// The name of the model.
    package var model: String
    /// The seed, or the seeds of both ends of an interpolation.
    package var seed: String
    /// The requested class, if the model has classes.
    package var className: String?
    /// The truncation, when one was used.
    package var truncation: Float?
    /// All that the image was made from; nil if it cannot be made again.
    package var recipe: Recipe?

    /// Creates provenance; nil values are left out.
    package init(
        model: String, seed: String, className: String? = nil, truncation: Float? = nil, recipe: Recipe? = nil
    ) {
        self.model = model
        self.seed = seed
        self.className = className
        self.truncation = truncation
        self.recipe = recipe
    }

    /// The IPTC's term for media made by a model trained on samples.
    package static let digitalSourceType = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    /// The IPTC's term for images that such a model has changed.
    package static let compositeSourceType =
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"

    /// Text chunks (comments in a JPEG) and an XMP packet.
    package var metadata: ImageMetadata {
        ImageMetadata(text: text, xmp: Self.packet(Self.digitalSourceType, recipe))
    }

    private var text: [ImageMetadata.Text] {
        var text = [
            ImageMetadata.Text(keyword: "Software", value: Software.description),
            ImageMetadata.Text(keyword: "Model", value: model),
            ImageMetadata.Text(keyword: "Seed", value: seed),
        ]
        if let className { text.append(ImageMetadata.Text(keyword: "Class", value: className)) }
        if let truncation { text.append(ImageMetadata.Text(keyword: "Truncation", value: "\(truncation)")) }
        return text
    }

    /// Adds provenance to the metadata of an image that a model has processed: the model in the texts, and the source
    /// type and the recipe in XMP, beside the existing data. A recipe of the input is replaced.
    package static func added(to metadata: ImageMetadata, model: String, recipe: Recipe? = nil) -> ImageMetadata {
        let text = [
            ImageMetadata.Text(keyword: "Software", value: Software.description),
            ImageMetadata.Text(keyword: "Model", value: model),
        ]
        return added(text, recipe, sourceType: compositeSourceType, to: metadata)
    }

    /// The metadata of an image that a model has made from another one: its own, and this.
    package func added(to metadata: ImageMetadata) -> ImageMetadata {
        Self.added(text, recipe, sourceType: Self.digitalSourceType, to: metadata)
    }

    private static func added(
        _ text: [ImageMetadata.Text], _ recipe: Recipe?, sourceType: String, to metadata: ImageMetadata
    ) -> ImageMetadata {
        var metadata = metadata
        let keywords = Set(text.map(\.keyword))
        metadata.text.removeAll { keywords.contains($0.keyword) }
        metadata.text += text
        let old = metadata.xmp.map { XMPProperties.removing(Recipe.space, from: $0) }
        guard let xmp = old, let end = xmp.range(of: "</rdf:RDF>", options: .backwards) else {
            metadata.xmp = packet(sourceType, recipe)
            return metadata
        }
        var said = recipe.map { ["<rdf:Description rdf:about=\"\" \($0.attributes)/>"] } ?? []
        if !xmp.contains("DigitalSourceType") {
            said.append(
                """
                <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="\(iptcSpace)"
                  Iptc4xmpExt:DigitalSourceType="\(sourceType)"/>
                """)
        }
        metadata.xmp = xmp.replacingCharacters(in: end, with: (said + ["</rdf:RDF>"]).joined(separator: "\n"))
        return metadata
    }

    /// The namespace of the IPTC's extension.
    package static let iptcSpace = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"

    private static func packet(_ sourceType: String, _ recipe: Recipe?) -> String {
        """
        <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
         <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
          <rdf:Description rdf:about=""
            xmlns:xmp="http://ns.adobe.com/xap/1.0/"
            xmlns:Iptc4xmpExt="\(iptcSpace)"
            xmp:CreatorTool="\(Software.description)"
            Iptc4xmpExt:DigitalSourceType="\(sourceType)"\(recipe.map { "\n    " + $0.attributes } ?? "")/>
         </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="w"?>
        """
    }
}
