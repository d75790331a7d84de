import ImageData
import Layers
import Models
import TensorCore

/// Trains an adversarial pair: its step, its state, its previews. Conditional and unconditional families differ only in
/// their networks, so they share this code.
package final class AdversarialTask<Configuration: AdversarialConfiguration>: PacedTask, DivisibleTask,
    SharedEvaluationTask
{
    /// The networks and how they are trained.
    package let configuration: Configuration
    private let name: String
    private let provenance: [String: String]
    private let whole: (Int) throws -> Batch

    let generator: any LatentGenerator
    private let game: any AdversarialGame
    private var loop: PhaseLoop
    private let finished: FinishedNetwork<any LatentGenerator>

    /// Computes metrics of a generator, for choosing the best checkpoint.
    private let evaluator: ((any ImageGenerator) throws -> [String: Double])?

    /// - Parameters:
    ///   - batch: real images by batch number, such as `BatchLoader.batch(at:)`; a number must always give the same
    ///     images.
    ///   - whole: whole batches for measuring and showing; nil if `batch` gives them, not parts.
    ///   - features: the features of the configuration's `projectedModel`.
    ///   - name: the name of the exported model.
    ///   - provenance: facts for the exported model's `config.json`.
    package init(
        _ configuration: Configuration, batch: @escaping (Int) throws -> Batch,
        whole: ((Int) throws -> Batch)? = nil, features: (any PerceptualNetwork)? = nil, name: String,
        provenance: [String: String] = [:],
        evaluator: ((any ImageGenerator) throws -> [String: Double])? = nil
    ) {
        self.configuration = configuration
        self.whole = whole ?? batch
        self.name = name
        self.provenance = provenance
        self.evaluator = evaluator
        let settings = configuration.training
        let (precision, wrapping) = (settings.precision ?? .float32, configuration.wrapping)
        let (classes, latentCount) = (configuration.classNames.count, settings.batchSize)
        func makeGenerator() -> any LatentGenerator {
            configuration.makeGenerator(random: Random(seed: settings.seed, .generatorWeights))
        }
        let generator = makeGenerator()
        let random = Random(seed: settings.seed, .discriminatorWeights)
        let discriminator =
            features.map { configuration.makeDiscriminator(in: $0, random: random) }
            ?? configuration.makeDiscriminator(random: random)
        func player(
            _ role: AdversarialRole, _ network: any Module, rate: Double, average: ExponentialMovingAverage? = nil
        ) -> Player {
            let optimizer = configuration.makeOptimizer(of: network, role)
            var player = Player(
                role.rawValue, network, optimizer: optimizer, rate: Player.LearningRate(rate, settings.schedule),
                average: average)
            player.averageHalfLife = settings.ramps?.averageHalfLife
            if let ramp = settings.ramps?.beta2, let adam = optimizer as? Adam {
                player.adapt = { adam.beta2 = Float(ramp.value(at: $0)) }
            }
            return player
        }
        let making = player(
            .generator, generator, rate: settings.generatorLearningRate,
            average: configuration.makeAverage(of: generator))
        let telling = player(.discriminator, discriminator, rate: settings.discriminatorLearningRate)
        game = configuration.makeGame(
            AdversarialPair(generator: generator, discriminator: discriminator, players: (making, telling)),
            batch: batch)
        loop = PhaseLoop(game.phases, seed: settings.seed, precision: precision, wrapping: wrapping)
        let noise = CalibrationNoise(seed: settings.seed, count: latentCount, classes: classes)
        finished = FinishedNetwork(
            of: generator, making, module: { $0 },
            calibrate: making.average == nil || !configuration.measuresStatistics || generator.stateTensors.isEmpty
                ? nil : { noise.show($1, to: $0, .calibration(precision).wrapping(wrapping)) },
            make: makeGenerator)
        self.generator = generator
    }

    /// The family: `gan`, `cgan`.
    package var kind: String { Configuration.kind }
    /// Real images in a step.
    package var batchSize: Int? { settings.batchSize }
    private var settings: AdversarialSettings { configuration.training }
    private var isConditional: Bool { !configuration.classNames.isEmpty }

    /// How the steps go through the schedules.
    package var pace: Pace {
        get { loop.pace }
        set { loop.pace = newValue }
    }
    /// How batches are divided into shards.
    package var division: Division {
        get { loop.division }
        set { loop.division = newValue }
    }

    /// One update of the generator after `discriminatorSteps` of the discriminator.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        defer { finished.outdate() }
        return try loop.step(number, measuring: measuring)
    }

    // MARK: State

    /// Both networks, both optimizers' moments, the moving average, and what the game remembers.
    package func checkpoint() -> TrainingState {
        var state = loop.state
        game.add(to: &state)
        return state
    }

    /// Restores the state that ``checkpoint()`` returned.
    package func restore(_ state: TrainingState) throws {
        finished.outdate()
        try loop.restore(state)
        try game.restore(state)
    }

    // MARK: Images

    /// Images of fixed noise, eight of each class or 64 in all, made with the averaged weights.
    package func preview() throws -> Preview? {
        let columns = 8
        let rows = isConditional ? configuration.classNames.count : 8
        let labels = isConditional ? (0..<rows * columns).map { $0 / columns } : []
        let latents = Random(seed: settings.seed, .preview).normal([rows * columns, generator.latentSize])
        let network = try finished.current()
        let made = network.planned().images(latents, labels: labels, wrapping: configuration.wrapping)
        let images = configuration.image.content(of: made).straightAlpha
        return Preview(
            images: images, columns: columns, captions: configuration.classNames, reference: reference(rows, columns))
    }

    /// Real images in the order of the preview, for comparing diversity; nil if a class has too few images for a row.
    private func reference(_ rows: Int, _ columns: Int) -> Tensor? {
        var found = [[Tensor]](repeating: [], count: isConditional ? rows : 1)
        let wanted = isConditional ? columns : rows * columns
        for index in 0..<64 where found.contains(where: { $0.count < wanted }) {
            guard let batch = try? whole(index) else { return nil }
            for image in 0..<batch.images.shape[0] {
                let row = isConditional ? batch.labels[image] : 0
                if found[row].count < wanted {
                    found[row].append(batch.images.slice(axis: 0, from: image, count: 1))
                }
            }
        }
        guard found.allSatisfy({ $0.count == wanted }) else { return nil }
        return configuration.image.content(of: Tensor.concatenated(found.flatMap { $0 })).straightAlpha
    }

    /// With an evaluator.
    package var sharesEvaluation: Bool { evaluator != nil }

    /// The evaluator's metrics of the generator that would be exported; empty without an evaluator.
    package func evaluate() throws -> [String: Double] {
        guard let evaluator else { return [:] }
        let generator = try division.communicator.agree(on: Result { try finished.current() })
        return try evaluator(
            Generator(
                generator, image: configuration.image, classNames: configuration.classNames,
                wrapping: configuration.wrapping))
    }

    /// Writes the averaged generator as a model folder, in half precision.
    package func export(to folder: String, after step: Int) throws {
        try configuration.manifest(name: name, provenance: provenance.merging(["steps": "\(step)"]) { $1 })
            .write(to: folder, weights: finished.current().state())
    }
}

/// The noise for measuring statistics; always the same.
private final class CalibrationNoise {
    private let seed: UInt64
    private let count: Int
    private let classes: Int
    private var random: Random

    /// - Parameters:
    ///   - count: images in a batch.
    ///   - classes: the number of classes; 0 for an unconditional network.
    init(seed: UInt64, count: Int, classes: Int) {
        (self.seed, self.count, self.classes) = (seed, count, classes)
        random = Random(seed: seed, .calibration)
    }

    /// Runs a generator on a batch; number 0 starts from the beginning.
    func show(_ number: Int, to generator: any LatentGenerator, _ mode: ForwardMode) {
        if number == 0 { random = Random(seed: seed, .calibration) }
        let latents = random.normal([count, generator.latentSize])
        let labels = classes > 0 ? random.integers(count, in: 0..<classes) : []
        _ = generator(latents, labels: labels, mode)
    }
}
