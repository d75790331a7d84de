import FastGAN
import ImageData
import Models
import StyleGAN

/// The networks that suit images best, where nobody has asked for some.
package struct SuitedGenerator {
    /// The networks; nil for those of the first papers, which have options of their own.
    package let choice: GeneratorChoice?
    /// Why, in a few words, beginning with the name of the networks.
    package let reason: String

    /// The most images that count as few.
    static let few = 5000
    /// The least side of images with details for which features of photos are good.
    private static let leastSide = 64

    /// Looks at the images of a new run.
    ///
    /// - Parameters:
    ///   - classes: whether images of a class are asked for.
    ///   - store: where the features are that FastGAN needs.
    /// - Throws: what reading the images throws.
    package init(for images: ImageSelection, at path: String, classes: Bool, in store: ModelStore) throws {
        let choice = images.changed(DataChoice(path: path))
        let dataset = try choice.open()
        self.init(
            images.shape(dataset, fit: choice.fit), count: dataset.count, classes: classes,
            hasFeatures: (try? store.find(ModelStore.imageFeaturesName)) != nil)
    }

    init(_ image: ImageShape, count: Int, classes: Bool, hasFeatures: Bool) {
        let first = classes ? "projection" : "dcgan"
        switch (image.channels, image.size) {
        case (4, _):
            self.init(StyleGANConfiguration.self, "they have alpha")
        case (1, _):
            self.init(first, "the images are gray")
        case (_, ..<Self.leastSide) where count <= Self.few:
            self.init(first, "the images are small")
        case _ where count > Self.few:
            self.init(StyleGANConfiguration.self, "there are \(count) color images")
        case _ where hasFeatures:
            self.init(FastGANConfiguration.self, "\(count) color images are few")
        default:
            self.init(first, "the features of \(ModelStore.imageFeaturesName) are not here, which fastgan needs")
        }
    }

    private init(_ family: any AdversarialFamily.Type, _ cause: String) {
        choice = GeneratorChoice(family: family, architecture: nil)
        reason = Self.sentence(family.kind, cause)
    }

    private init(_ name: String, _ cause: String) {
        (choice, reason) = (nil, Self.sentence(name, cause))
    }

    private static func sentence(_ name: String, _ cause: String) -> String {
        "the networks are those of \(name), because \(cause)"
    }
}
