import ImageData
import Layers
import Models
import TensorCore

/// The training of an adversarial pair: what a step is, what has to be kept, what is shown. Conditional and
/// unconditional families differ in their networks only, so they share it.
public final class AdversarialTask<Configuration: AdversarialConfiguration>: TrainingTask {
    /// The networks and how they are trained.
    public let configuration: Configuration
    private let name: String
    private let provenance: [String: String]
    private let batch: (Int) throws -> Batch

    let generator: any LatentGenerator
    let discriminator: any ImageDiscriminator
    private let generatorOptimizer: Adam
    private let discriminatorOptimizer: Adam
    /// The moving average of the generator's weights, and the network that makes images with it.
    private let average: ExponentialMovingAverage
    private let averagedGenerator: any LatentGenerator

    /// Figures for choosing the best checkpoint, given a way to make images.
    private let evaluator: ((any ImageGenerator) throws -> [String: Double])?

    /// - Parameters:
    ///   - batch: real images by batch number, such as `BatchLoader.batch(at:)`; the same number gives the same ones.
    ///   - name: what the exported model will be called.
    ///   - provenance: facts for the exported model's `config.json`.
    public init(
        _ configuration: Configuration, batch: @escaping (Int) throws -> Batch, name: String, provenance: [String: String] = [:],
        evaluator: ((any ImageGenerator) throws -> [String: Double])? = nil
    ) {
        self.configuration = configuration
        self.batch = batch
        self.name = name
        self.provenance = provenance
        self.evaluator = evaluator
        let settings = configuration.training
        // Step numbers are streams of the same seed: the networks take two that no step uses.
        generator = configuration.makeGenerator(random: Random(seed: settings.seed, stream: .max))
        discriminator = configuration.makeDiscriminator(random: Random(seed: settings.seed, stream: .max - 1))
        averagedGenerator = configuration.makeGenerator(random: Random(seed: settings.seed, stream: .max))
        average = ExponentialMovingAverage(of: generator, decay: Float(settings.averageDecay))
        generatorOptimizer = Adam(
            generator.parameters, learningRate: Float(settings.generatorLearningRate),
            beta1: Float(settings.beta1), beta2: Float(settings.beta2))
        discriminatorOptimizer = Adam(
            discriminator.parameters, learningRate: Float(settings.discriminatorLearningRate),
            beta1: Float(settings.beta1), beta2: Float(settings.beta2))
    }

    /// The family: `gan`, `cgan`.
    public var kind: String { Configuration.kind }
    private var settings: AdversarialSettings { configuration.training }
    private var precision: Precision { settings.precision ?? .float32 }
    private var isConditional: Bool { !configuration.classNames.isEmpty }

    // MARK: One step

    /// One update of the generator after `discriminatorSteps` of the discriminator.
    public func step(_ number: Int, measuring: Bool) throws -> StepReport {
        let random = Random(seed: settings.seed, stream: UInt64(number))
        let mode = ForwardMode.training(random, precision)
        let factor = settings.schedule.factor(step: number - 1)
        generatorOptimizer.learningRate = Float(settings.generatorLearningRate) * factor
        discriminatorOptimizer.learningRate = Float(settings.discriminatorLearningRate) * factor

        // The discriminator learns to tell real images from generated ones.
        var report = StepReport(losses: [])
        var fakes = Tensor(0)
        var labels: [Int] = []
        var realLogits = Tensor(0)
        for repetition in 0..<settings.discriminatorSteps {
            let real = try batch((number - 1) * settings.discriminatorSteps + repetition)
            labels = isConditional ? real.labels : []
            let latents = random.normal([real.images.shape[0], generator.latentSize])
            fakes = generator(latents, labels: labels, mode)

            let penalized = repetition == 0 && settings.r1Gamma > 0 && number % max(settings.r1Interval, 1) == 0
            let reals = settings.augmentation(
                penalized ? real.images.requiringGradient() : real.images, random)
            realLogits = discriminator(reals, labels: labels, mode)
            let fakeLogits = discriminator(
                settings.augmentation(fakes.detached, random), labels: labels, mode)
            var loss = settings.loss.discriminator(real: realLogits, fake: fakeLogits)
            report.losses = [("discriminator", Double(loss.item))]
            report.images += real.images.shape[0]
            report.realAccuracy = Double((realLogits .> 0).mean().item)
            report.fakeAccuracy = 1 - Double((fakeLogits .> 0).mean().item)

            if penalized {
                let penalty = r1Penalty(logits: realLogits, images: reals)
                report.extra.append(("r1", Double(penalty.item)))
                loss = loss + penalty * Float(settings.r1Gamma / 2 * Double(settings.r1Interval))
            }
            if settings.gradientPenalty > 0 {
                let penalty = wganGradientPenalty(real: reals.detached, fake: fakes.detached, random: random) {
                    self.discriminator($0, labels: labels, mode)
                }
                report.extra.append(("gradient-penalty", Double(penalty.item)))
                loss = loss + penalty * Float(settings.gradientPenalty)
            }
            // Only the loss holds on to the histories now: they are released while they are walked.
            realLogits = realLogits.detached
            _ = consume fakeLogits
            let weights = gradients(
                of: consume loss, at: discriminatorOptimizer.parameters.map(\.parameter.value))
            discriminatorOptimizer.update(weights)
            if measuring { report.gradientNorms = [("discriminator", norm(of: weights))] }
        }

        // The generator learns to have the same images taken for real by the discriminator as it is now.
        let loss = settings.loss.generator(
            fake: discriminator(settings.augmentation(consume fakes, random), labels: labels, .frozen(random)),
            real: settings.loss == .relativisticAverage ? realLogits : nil)
        report.losses.append(("generator", Double(loss.item)))
        let weights = gradients(of: consume loss, at: generatorOptimizer.parameters.map(\.parameter.value))
        generatorOptimizer.update(weights)
        if measuring { report.gradientNorms.append(("generator", norm(of: weights))) }
        if settings.averageDecay > 0 { average.update() }
        return report
    }

    private func norm(of gradients: [Tensor?]) -> Double {
        gradients.reduce(0) { $0 + ($1.map { $0.norm * $0.norm } ?? 0) }.squareRoot()
    }

    // MARK: State

    /// Both networks, both optimizers' moments and the moving average.
    public func checkpoint() -> TrainingState {
        var state = TrainingState()
        state.add(generator.state(), under: "generator")
        state.add(discriminator.state(), under: "discriminator")
        state.add(average.state(), under: "average")
        state.add(generatorOptimizer.state(), under: "generatorOptimizer")
        state.add(discriminatorOptimizer.state(), under: "discriminatorOptimizer")
        state.numbers["generatorOptimizer.step"] = Double(generatorOptimizer.step)
        state.numbers["discriminatorOptimizer.step"] = Double(discriminatorOptimizer.step)
        return state
    }

    /// Takes over what ``checkpoint()`` returned.
    public func restore(_ state: TrainingState) throws {
        try generator.load(state.tensors(under: "generator"))
        try discriminator.load(state.tensors(under: "discriminator"))
        try average.load(state.tensors(under: "average"))
        try generatorOptimizer.load(
            state.tensors(under: "generatorOptimizer"), step: Int(state.numbers["generatorOptimizer.step"] ?? 0))
        try discriminatorOptimizer.load(
            state.tensors(under: "discriminatorOptimizer"),
            step: Int(state.numbers["discriminatorOptimizer.step"] ?? 0))
    }

    // MARK: Images

    /// The generator that images are made with: averaged weights, and batch statistics taken afresh for them,
    /// because the statistics gathered in training belong to the weights as they were then.
    private func calibratedGenerator() throws -> any LatentGenerator {
        guard settings.averageDecay > 0 else { return generator }
        try average.copy(into: averagedGenerator)
        let random = Random(seed: settings.seed, stream: .max - 2)
        for _ in 0..<40 {
            let latents = random.normal([settings.batchSize, generator.latentSize])
            let labels = isConditional
                ? random.integers(settings.batchSize, in: 0..<configuration.classNames.count) : []
            _ = averagedGenerator(latents, labels: labels, .training(random, precision))
        }
        return averagedGenerator
    }

    /// Images of fixed noise, eight of each class or 64 in all, made with the averaged weights.
    public func preview() throws -> Preview? {
        let columns = 8
        let rows = isConditional ? configuration.classNames.count : 8
        let labels = isConditional ? (0..<rows * columns).map { $0 / columns } : []
        let latents = Random(seed: settings.seed, stream: .max - 3).normal([rows * columns, generator.latentSize])
        let network = try calibratedGenerator()
        let images = configuration.image.content(of: network.planned().images(latents, labels: labels))
        return Preview(
            images: images, columns: columns, captions: configuration.classNames, reference: reference(rows, columns))
    }

    /// Real images in the order of the preview, for comparing diversity; nil when a class is too rare to fill a row.
    private func reference(_ rows: Int, _ columns: Int) -> Tensor? {
        var found = [[Tensor]](repeating: [], count: isConditional ? rows : 1)
        let wanted = isConditional ? columns : rows * columns
        for index in 0..<64 where found.contains(where: { $0.count < wanted }) {
            guard let batch = try? batch(index) else { return nil }
            for image in 0..<batch.images.shape[0] {
                let row = isConditional ? batch.labels[image] : 0
                if found[row].count < wanted {
                    found[row].append(batch.images.slice(axis: 0, from: image, count: 1))
                }
            }
        }
        guard found.allSatisfy({ $0.count == wanted }) else { return nil }
        return configuration.image.content(of: Tensor.concatenated(found.flatMap { $0 }))
    }

    /// The evaluator's figures for the generator as it would be exported; empty without an evaluator.
    public func evaluate() throws -> [String: Double] {
        guard let evaluator else { return [:] }
        let generator = try calibratedGenerator()
        return try evaluator(Generator(generator, image: configuration.image, classNames: configuration.classNames))
    }

    /// Writes the averaged generator as a model folder, in half precision.
    public func export(to folder: String) throws {
        try configuration.manifest(name: name, provenance: provenance)
            .write(to: folder, weights: calibratedGenerator().state())
    }
}
