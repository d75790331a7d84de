import Layers
import TensorCore
import Training

/// A translator in training: the generator, the judge of its translations, the optimizers of both, and the moving
/// average of the generator's weights that images are made with.
final class TranslatorInTraining {
    let generator: any TranslationGenerator
    let discriminator: any DiscriminatorEnsemble
    let generatorOptimizer: Adam
    let discriminatorOptimizer: Adam
    private let settings: TranslationSettings
    private let statistics: Pix2PixConfiguration.Statistics
    private let average: ExponentialMovingAverage
    /// Whether the statistics that training gathered are taken afresh for the weights that images are made with.
    private let isCalibrated: Bool
    private let finished: any TranslationGenerator
    private var isFinished = false

    /// - Parameters:
    ///   - channels: those that the judge looks at.
    ///   - projecting: puts more judges beside the patch discriminator.
    ///   - stream: the stream of the seed that the generator's weights are drawn from; the judge's come from the one
    ///     before it.
    init(
        _ architecture: TranslatorArchitecture, judge: PatchArchitecture, channels: Int,
        settings: TranslationSettings, statistics: Pix2PixConfiguration.Statistics, stream: UInt64,
        projecting: (any DiscriminatorEnsemble, Random) -> any DiscriminatorEnsemble = { patches, _ in patches }
    ) {
        self.settings = settings
        self.statistics = statistics
        isCalibrated = architecture.normalization == .batch && statistics == .running
        generator = architecture.makeGenerator(random: Random(seed: settings.seed, stream: stream))
        finished = architecture.makeGenerator(random: Random(seed: settings.seed, stream: stream))
        let random = Random(seed: settings.seed, stream: stream - 1)
        discriminator = projecting(judge.makeDiscriminator(inputs: channels, random: random), random)
        average = ExponentialMovingAverage(of: generator, decay: Float(settings.averageDecay))
        func adam(_ module: any Module) -> Adam {
            Adam(
                module.parameters, learningRate: Float(settings.learningRate), beta1: Float(settings.beta1),
                beta2: Float(settings.beta2))
        }
        generatorOptimizer = adam(generator)
        discriminatorOptimizer = adam(discriminator)
    }

    /// Takes the weights of another generator to start from.
    func start(from weights: [String: Tensor]) throws {
        try generator.load(weights)
        try average.load(generator.state())
        isFinished = false
    }

    /// Sets the learning rates of a step, counted from 1.
    func begin(step number: Int) {
        for optimizer in [generatorOptimizer, discriminatorOptimizer] {
            optimizer.learningRate = Float(settings.learningRate) * settings.schedule.factor(step: number - 1)
        }
    }

    /// Takes the weights that a step left behind into the average.
    func end(step number: Int) {
        isFinished = false
        guard settings.averageDecay > 0 else { return }
        // The first steps are soon forgotten.
        average.decay = min(Float(settings.averageDecay), Float(number) / Float(number + 10))
        average.update()
    }

    // MARK: State

    private var optimizers: [(name: String, optimizer: Adam)] {
        [("generatorOptimizer", generatorOptimizer), ("discriminatorOptimizer", discriminatorOptimizer)]
    }

    /// Adds both networks, both optimizers' moments and the moving average, all names beginning with `prefix`.
    func add(to state: inout TrainingState, under prefix: String = "") {
        state.add(generator.state(), under: prefix + "generator")
        state.add(discriminator.state(), under: prefix + "discriminator")
        state.add(average.state(), under: prefix + "average")
        for (name, optimizer) in optimizers {
            state.add(optimizer.state(), under: prefix + name)
            state.numbers[prefix + name + ".step"] = Double(optimizer.step)
        }
    }

    /// Takes over what ``add(to:under:)`` added.
    func restore(_ state: TrainingState, under prefix: String = "") throws {
        isFinished = false
        try generator.load(state.tensors(under: prefix + "generator"))
        try discriminator.load(state.tensors(under: prefix + "discriminator"))
        try average.load(state.tensors(under: prefix + "average"))
        for (name, optimizer) in optimizers {
            try optimizer.load(
                state.tensors(under: prefix + name), step: Int(state.numbers[prefix + name + ".step"] ?? 0))
        }
    }

    // MARK: Use

    private var precision: Precision { settings.precision ?? .float32 }

    /// The translator as it is exported, at work.
    ///
    /// - Parameter inputs: images of the training by batch number.
    func translator(inputs: (Int) throws -> Tensor) throws -> Translator {
        Translator(try finishedGenerator(inputs: inputs), statistics: statistics, precision: precision)
    }

    /// How many batches statistics are taken from.
    private static let calibrationBatches = 40

    /// The generator that images are made with: averaged weights and, where batch normalization uses gathered
    /// statistics, statistics taken afresh. Those that training gathered belong to the weights as they were then, and to
    /// noise, which is left out in use.
    ///
    /// - Parameter inputs: images of the training by batch number.
    func finishedGenerator(inputs: (Int) throws -> Tensor) throws -> any TranslationGenerator {
        guard settings.averageDecay > 0 || isCalibrated else { return generator }
        if isFinished { return finished }
        if settings.averageDecay > 0 {
            try average.copy(into: finished)
        } else {
            try finished.load(generator.state())
        }
        if isCalibrated {
            for number in 0..<Self.calibrationBatches { _ = finished(try inputs(number), .calibration(precision)) }
        }
        isFinished = true
        return finished
    }
}
