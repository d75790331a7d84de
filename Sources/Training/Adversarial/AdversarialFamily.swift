import Models

/// A family of adversarial pairs. Its configuration says everything that listing, loading and training need.
package protocol AdversarialFamily: AdversarialConfiguration {
    /// The architectures of its generators.
    static var architectures: [Architecture] { get }
    /// What its networks are for, in a few words for `--help`.
    static var summary: String { get }
    /// Whether its generators are asked for images of a class, or for any image; some families make both.
    static var classes: ClassUse { get }

    /// Whether its discriminator sees images in the features of a trained network, whose name is ``projectedModel``.
    static var isProjected: Bool { get }

    /// Good defaults for images of a form; there are no class names if none are needed.
    init(image: ImageShape, classNames: [String])
    /// Good defaults for one of the family's architectures.
    init(image: ImageShape, classNames: [String], architecture: Architecture)

    /// The size of a latent vector.
    var latentSize: Int { get set }
    /// The base width of the generator.
    var generatorWidth: Int { get set }
    /// The base width of the discriminator.
    var discriminatorWidth: Int { get set }
    /// Spectral normalization in the discriminator.
    var spectralNorm: Bool { get set }
}

/// Whether generators are asked for images of a class.
package enum ClassUse: Sendable {
    case never, always, either

    /// Whether a generator with or without classes is possible.
    package func allows(classes: Bool) -> Bool { self == .either || (self == .always) == classes }
}

extension AdversarialFamily {
    /// The discriminator sees the images themselves.
    package static var isProjected: Bool { false }

    /// The defaults of a family with one architecture.
    package init(image: ImageShape, classNames: [String], architecture: Architecture) {
        self.init(image: image, classNames: classNames)
    }
}
