import Layers
import Training

/// The networks of one direction: a generator that translates images, and a discriminator of its translations.
struct TranslationPlayers {
    /// From images to images.
    let generator: any Layer
    /// Distinguishes real images from translated ones.
    let discriminator: any DiscriminatorEnsemble
    /// The generator as a player.
    let generating: Player
    /// The discriminator as a player.
    let discriminating: Player

    /// - Parameters:
    ///   - prefix: the prefix of the players' names, if there are several directions.
    ///   - average: of the generator's weights; nil without one.
    ///   - optimizer: of a network's parameters.
    init(
        generator: any Layer, discriminator: any DiscriminatorEnsemble, prefix: String = "",
        rate: Player.LearningRate, average: ExponentialMovingAverage? = nil,
        optimizer: (any Module) -> any Optimizer
    ) {
        self.generator = generator
        self.discriminator = discriminator
        generating = Player(
            prefix + "generator", generator, optimizer: optimizer(generator), rate: rate, average: average)
        discriminating = Player(
            prefix + "discriminator", discriminator, optimizer: optimizer(discriminator), rate: rate)
    }
}
