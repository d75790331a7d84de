import ImageData
import Layers

/// Two translators of images, there and back, learned without pairs, and how they are trained (Zhu et al. 2017).
public struct CycleGANConfiguration: TranslationConfiguration, Hashable {
    /// `cyclegan`.
    public static let kind = "cyclegan"

    /// The network that translates A into B; the one back is of the same make.
    public var generator = TranslatorArchitecture()
    /// The discriminators of images of A and of B.
    public var discriminator = PatchArchitecture()
    /// The form of the images: those of A as inputs, those of B as targets.
    public var frame = PairFrame()
    /// How the four are trained.
    public var training = TranslationSettings()
    /// What holds the two translators together.
    public var cycle = CycleLosses()
    /// How many translations of each direction are kept to be shown to the discriminator again.
    public var poolSize = 50
    /// What normalizes an image when it is translated.
    public var statistics: Pix2PixConfiguration.Statistics = .image

    /// The paper's settings, and a moving average of the weights.
    public init() {
        (generator.network, generator.depth) = (.resnet, 9)
        (generator.normalization, generator.dropout) = (.instance, false)
        discriminator.normalization = .instance
        training.losses.kind = .leastSquares
        training.losses.l1Weight = 0
    }

    /// One of the translators as a model of its own.
    func translator(_ direction: PairDirection) -> Pix2PixConfiguration {
        var one = Pix2PixConfiguration()
        (one.generator, one.discriminator, one.frame) = (generator, discriminator, frame)
        (one.training, one.statistics) = (training, statistics)
        if direction == .bToA {
            (one.generator.inputChannels, one.generator.outputChannels) =
                (generator.outputChannels, generator.inputChannels)
            (one.frame.inputChannels, one.frame.targetChannels) = (frame.targetChannels, frame.inputChannels)
        }
        return one
    }
}
