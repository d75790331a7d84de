import ImageData
import Layers
import Models
import Training

/// Two translators, in both directions, that are trained without pairs (Zhu et al. 2017), and how they are trained.
public struct CycleGANConfiguration: TranslationConfiguration, Hashable {
    /// `cyclegan`.
    package static let kind = "cyclegan"

    /// The network that translates A to B; the opposite one has the same architecture.
    public var generator = TranslatorArchitecture()
    /// The discriminators of images of A and of B.
    public var discriminator = PatchArchitecture()
    /// The form of the images: those of A as inputs, those of B as targets.
    public var frame = PairFrame()
    /// How the four networks are trained.
    public var training = TranslationSettings()
    /// The losses that couple the two translators.
    public var cycle = CycleLosses()
    /// The number of earlier translations in each direction that are shown to the discriminator again.
    public var poolSize = 50
    /// Which statistics batch normalization uses when images are translated.
    public var statistics: Pix2PixConfiguration.Statistics = .image

    /// The paper's settings, and a moving average of the weights.
    package init() {
        (generator.network, generator.depth) = (.resnet, 9)
        (generator.normalization, generator.dropout) = (.instance, false)
        discriminator.normalization = .instance
        training.losses.kind = .leastSquares
        training.losses.l1Weight = 0
    }

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        try checkTranslator()
        guard generator.planes.count == generator.inputChannels else {
            throw ParameterError("generator.classCount, colorHints and noise are for trainings on pairs")
        }
        try ParameterError.check("poolSize", poolSize, in: 0...10_000)
        for (name, weight) in [
            ("weightA", cycle.weightA), ("weightB", cycle.weightB), ("identityWeight", cycle.identityWeight),
        ] {
            try ParameterError.check("cycle." + name, Double(weight), in: TrainingLimits.weight)
        }
        guard cycle.identityWeight == 0 || frame.inputChannels == frame.targetChannels else {
            throw ParameterError(
                "cycle.identityWeight is \(cycle.identityWeight), it must be 0 for other channels in B")
        }
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
