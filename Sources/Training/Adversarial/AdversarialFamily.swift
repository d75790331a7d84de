import Models

/// A family of adversarial pairs. Its configuration says everything that listing, loading and training need.
package protocol AdversarialFamily: AdversarialConfiguration {
    /// The architectures of its generators.
    static var architectures: [Architecture] { get }
    /// What its generators are for, in one sentence.
    static var summary: String { get }
    /// Whether its images need classes.
    static var needsClasses: Bool { get }

    /// Good defaults for images of a form; there are no class names if none are needed.
    init(image: ImageShape, classNames: [String])

    /// The size of a latent vector.
    var latentSize: Int { get set }
    /// The base width of the generator.
    var generatorWidth: Int { get set }
    /// The base width of the discriminator.
    var discriminatorWidth: Int { get set }
    /// Spectral normalization in the discriminator.
    var spectralNorm: Bool { get set }
}
