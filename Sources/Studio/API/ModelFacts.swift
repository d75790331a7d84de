import Atelier
import Foundation
import Models
import Pix2Pix
import SuperResolution

/// What the list says of a model.
package struct ModelFacts: Encodable, Sendable {
    let name, kind, description, license: String
    /// `generate`, `translate`, `upscale`, `classify` or `measure`; nil for a network that this version does not know.
    let task: String?
    let forbidsCommercialUse: Bool
    let classes: [String]
    let weightBytes: Int
    /// Pixels of the images that it makes; nil for any size.
    let width, height: Int?
    /// What drawings should look like; nil for models that translate none.
    let drawing: Drawing?
    /// How many times larger images become; nil for models that upscale none.
    let scale: Int?
    /// Whether its images repeat without a seam.
    let isSeamless: Bool
    /// Whether images are made from styles, which can be moved along directions.
    let hasStyles: Bool
    /// Whether GET /api/models/{name}/sheet has an image.
    let hasSheet: Bool
    let provenance: [String: String]

    /// What a translator takes.
    package struct Drawing: Encodable, Sendable {
        /// The side of the images that it was trained on.
        let size: Int
        /// The width of lines in images of that size.
        let lineWidth: Double
        /// Whether it takes color hints.
        let takesHints: Bool
        /// Whether regions get one color unless it is said otherwise.
        let isFlat: Bool
        /// Whether its images vary with a seed.
        let takesNoise: Bool
    }

    package init(_ folder: ModelFolder, as name: String) {
        self.name = name
        let model = try? Model(folder)
        (kind, description, license) = (folder.kind, folder.description, folder.license)
        task = model?.task.rawValue
        forbidsCommercialUse = LicenseTerms.forbidCommercialUse(folder.license)
        (classes, weightBytes) = (folder.classNames, folder.weightBytes)
        (width, height) = (folder.image?.contentWidth, folder.image?.contentHeight)
        drawing = model.flatMap(Self.drawing)
        scale = (model?.network.parameters as? any UpscalerParameters).map {
            max(Int((Double($0.scale) * $0.resize).rounded()), 1)
        }
        isSeamless = model.map { $0.network.wrapping != .neither } ?? false
        hasStyles = model?.network.architecture.id.hasPrefix("stylegan") ?? false
        hasSheet = Self.sheet(of: folder) != nil
        provenance = folder.provenance
    }

    private static func drawing(_ model: Model) -> Drawing? {
        guard let parameters = try? model.translatorParameters() else { return nil }
        let size = parameters.size
        // Widths of sketches are in pixels of an image 256 wide. OpenMoji's lines have 3.6 pixels of 128.
        let width = ((try? model.sketchRecipe()) ?? nil).map { max($0.style.lineWidth * Double(size) / 256, 1) }
        return Drawing(
            size: size, lineWidth: width ?? 0.028 * Double(size), takesHints: parameters.colorHints,
            isFlat: parameters.hasPalette, takesNoise: parameters.noise)
    }

    /// The image that shows what a model does, where there is one.
    static func sheet(of folder: ModelFolder) -> String? {
        ["sheet.jpg", "sheet.png", "samples.jpg", "samples.png"].map { folder.path + "/" + $0 }
            .first { FileManager.default.isReadableFile(atPath: $0) }
    }
}
