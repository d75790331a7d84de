import Layers
import TensorCore
import Training

/// A translator in training: who learns, and the generator that images are made with.
final class TranslatorInTraining {
    let generator: any TranslationGenerator
    let players: TranslationPlayers
    private let finished: FinishedNetwork<any TranslationGenerator>
    private let statistics: Pix2PixConfiguration.Statistics
    private let precision: Precision

    /// - Parameters:
    ///   - channels: those that the discriminator looks at.
    ///   - prefix: what the players' names begin with, where there are several directions.
    ///   - streams: what the first weights of the generator and of the discriminator are drawn from.
    ///   - inputs: images of the training by batch number.
    ///   - projecting: puts more discriminators beside the patch discriminator.
    init(
        _ architecture: TranslatorArchitecture, against patches: PatchArchitecture, channels: Int, prefix: String = "",
        settings: TranslationSettings, statistics: Pix2PixConfiguration.Statistics,
        streams: (generator: RandomStream, discriminator: RandomStream),
        inputs: @escaping (Int) throws -> Tensor,
        projecting: (any DiscriminatorEnsemble, Random) -> any DiscriminatorEnsemble = { patches, _ in patches }
    ) {
        self.statistics = statistics
        let precision = settings.precision ?? .float32
        self.precision = precision
        func makeGenerator() -> any TranslationGenerator {
            architecture.makeGenerator(random: Random(seed: settings.seed, streams.generator))
        }
        let generator = makeGenerator()
        let random = Random(seed: settings.seed, streams.discriminator)
        let discriminator = projecting(patches.makeDiscriminator(inputs: channels, random: random), random)
        let players = TranslationPlayers(
            generator: generator, discriminator: discriminator, prefix: prefix,
            rate: Player.LearningRate(settings.learningRate, settings.schedule),
            average: settings.averageDecay > 0
                ? ExponentialMovingAverage(of: generator, decay: Float(settings.averageDecay)) : nil
        ) {
            Adam($0.parameters, beta1: Float(settings.beta1), beta2: Float(settings.beta2))
        }
        // Images' own statistics need no gathering. Where they are gathered, noise, which is left out in use, has been in
        // those of the training.
        let isCalibrated = architecture.normalization == .batch && statistics == .running
        finished = FinishedNetwork(
            of: generator, players.generating, module: { $0 },
            calibrate: isCalibrated ? { _ = $0(try inputs($1), .calibration(precision)) } : nil, make: makeGenerator)
        self.generator = generator
        self.players = players
    }

    /// To be called when the weights have changed.
    func outdate() { finished.outdate() }

    /// Takes the weights of another generator to start from.
    func start(from weights: [String: Tensor]) throws {
        try players.generating.start(from: weights)
        outdate()
    }

    /// The generator as it is exported: averaged weights and, where batch normalization uses gathered statistics,
    /// statistics taken afresh.
    func finishedGenerator() throws -> any TranslationGenerator { try finished.current() }

    /// The translator as it is exported, at work.
    func translator() throws -> Translator {
        Translator(try finishedGenerator(), statistics: statistics, precision: precision)
    }
}
