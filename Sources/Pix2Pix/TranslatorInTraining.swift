import Layers
import TensorCore
import Training

/// A translator in training: its players, and the generator that makes the images.
final class TranslatorInTraining {
    let generator: any TranslationGenerator
    let players: TranslationPlayers
    private let finished: FinishedNetwork<any TranslationGenerator>
    private let statistics: Pix2PixConfiguration.Statistics
    private let precision: Precision

    /// - Parameters:
    ///   - channels: the channels that the discriminator sees.
    ///   - prefix: the prefix of the players' names, if there are several directions.
    ///   - streams: the random streams of the initial weights of generator and discriminator.
    ///   - inputs: images of the training by batch number.
    ///   - projecting: adds more discriminators to the patch discriminator.
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
        // Statistics of single images need no measuring. Running statistics of the training include dropout, which is
        // off in use, so they are measured again.
        let isCalibrated = architecture.normalization == .batch && statistics == .running
        finished = FinishedNetwork(
            of: generator, players.generating, module: { $0 },
            calibrate: isCalibrated ? { _ = $0(try inputs($1), .calibration(precision)) } : nil, make: makeGenerator)
        self.generator = generator
        self.players = players
    }

    /// Call this when the weights have changed.
    func outdate() { finished.outdate() }

    /// Starts from the weights of another generator.
    func start(from weights: [String: Tensor]) throws {
        try players.generating.start(from: weights)
        outdate()
    }

    /// The generator for export: averaged weights and, if batch normalization uses running statistics, statistics
    /// measured for these weights.
    func finishedGenerator() throws -> any TranslationGenerator { try finished.current() }

    /// The translator with the exported weights.
    func translator() throws -> Translator {
        Translator(try finishedGenerator(), statistics: statistics, precision: precision)
    }
}
