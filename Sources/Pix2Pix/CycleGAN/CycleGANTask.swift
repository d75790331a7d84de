import ImageData
import Layers
import Models
import TensorCore
import Training

/// The training of two translators, there and back, on images without pairs.
public final class CycleGANTask: TrainingTask {
    /// The networks and how they are trained.
    public let configuration: CycleGANConfiguration
    private let name: String
    private let provenance: [String: String]
    private let batch: (Int) throws -> UnpairedBatch
    private let shown: [UnpairedBatch]

    private let aToB: TranslatorInTraining
    private let bToA: TranslatorInTraining
    private let pools: (aToB: ImagePool, bToA: ImagePool)
    private let step: CycleGANStep

    /// - Parameters:
    ///   - batch: images by batch number, such as `UnpairedLoader.batch(at:)`; the same number gives the same ones.
    ///   - preview: images whose translations are shown while the training goes on.
    ///   - name: what the exported models will be called.
    ///   - provenance: facts for the exported models' `config.json`.
    public init(
        _ configuration: CycleGANConfiguration, batch: @escaping (Int) throws -> UnpairedBatch,
        preview: [UnpairedBatch] = [], name: String, provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        self.batch = batch
        shown = preview
        self.name = name
        self.provenance = provenance
        let settings = configuration.training
        func learner(_ direction: PairDirection, stream: UInt64) -> TranslatorInTraining {
            let translator = configuration.translator(direction)
            return TranslatorInTraining(
                translator.generator, judge: translator.discriminator, channels: translator.generator.outputChannels,
                settings: settings, statistics: translator.statistics, stream: stream)
        }
        // Step numbers are streams of the same seed: the networks take four that no step uses.
        aToB = learner(.aToB, stream: .max)
        bToA = learner(.bToA, stream: .max - 2)
        pools = (ImagePool(capacity: configuration.poolSize), ImagePool(capacity: configuration.poolSize))
        func way(_ learner: TranslatorInTraining, _ pool: ImagePool) -> CycleGANStep.Way {
            CycleGANStep.Way(
                generator: learner.generator, discriminator: learner.discriminator,
                generatorOptimizer: learner.generatorOptimizer,
                discriminatorOptimizer: learner.discriminatorOptimizer, pool: pool)
        }
        var step = CycleGANStep(
            aToB: way(aToB, pools.aToB), bToA: way(bToA, pools.bToA), losses: settings.losses,
            cycle: configuration.cycle)
        step.precision = settings.precision ?? .float32
        self.step = step
    }

    /// Takes the weights of two generators of the same make to start from; the discriminators stay new. To be called before
    /// the first step.
    ///
    /// - Throws: `LoadError` when they do not fit.
    public func start(fromAToB: [String: Tensor], bToA back: [String: Tensor]) throws {
        try aToB.start(from: fromAToB)
        try bToA.start(from: back)
    }

    /// `cyclegan`.
    public var kind: String { CycleGANConfiguration.kind }
    private var settings: TranslationSettings { configuration.training }
    private var learners: [TranslatorInTraining] { [aToB, bToA] }

    /// One update of both generators, then one of each discriminator. Figures are means of the two directions.
    public func step(_ number: Int, measuring: Bool) throws -> StepReport {
        for learner in learners { learner.begin(step: number) }
        let images = try batch(number - 1)
        let random = Random(seed: settings.seed, stream: UInt64(number))
        let outcomes = step(a: images.a, b: images.b, random: random, measuring: measuring)
        for learner in learners { learner.end(step: number) }

        func mean(_ figure: (CycleGANStep.Outcome) -> Float) -> Double {
            Double((figure(outcomes.aToB) + figure(outcomes.bToA)) / 2)
        }
        var report = StepReport(
            losses: [
                ("discriminator", mean(\.discriminator)), ("generator", mean(\.adversarial)), ("cycle", mean(\.cycle)),
            ],
            images: images.a.shape[0] + images.b.shape[0])
        if configuration.cycle.identityWeight > 0 { report.losses.append(("identity", mean(\.identity))) }
        if settings.losses.gradientPenalty > 0 { report.extra.append(("gradient-penalty", mean(\.gradientPenalty))) }
        if measuring {
            report.realAccuracy = mean { $0.accuracies?.real ?? 0 }
            report.fakeAccuracy = mean { $0.accuracies?.fake ?? 0 }
            report.gradientNorms = [
                ("discriminator", mean { $0.gradientNorms?.discriminator ?? 0 }),
                ("generator", mean { $0.gradientNorms?.generator ?? 0 }),
            ]
        }
        return report
    }

    // MARK: State

    private var parts: [(prefix: String, learner: TranslatorInTraining, pool: ImagePool)] {
        [
            (PairDirection.aToB.rawValue + ".", aToB, pools.aToB),
            (PairDirection.bToA.rawValue + ".", bToA, pools.bToA),
        ]
    }

    /// Of both directions: both networks, both optimizers' moments, the moving average and the pool.
    public func checkpoint() -> TrainingState {
        var state = TrainingState()
        for (prefix, learner, pool) in parts {
            learner.add(to: &state, under: prefix)
            state.tensors[prefix + "pool"] = pool.state
        }
        return state
    }

    /// Takes over what ``checkpoint()`` returned.
    public func restore(_ state: TrainingState) throws {
        for (prefix, learner, pool) in parts {
            try learner.restore(state, under: prefix)
            pool.load(state.tensors[prefix + "pool"])
        }
    }

    // MARK: Images

    private func translators() throws -> (aToB: Translator, bToA: Translator) {
        (try aToB.translator { try batch($0).a }, try bToA.translator { try batch($0).b })
    }

    /// Rows of A | B from A | A again | B | A from B | B again.
    public func preview() throws -> Preview? {
        guard !shown.isEmpty else { return nil }
        let (aToB, bToA) = try translators()
        let channels = max(configuration.generator.inputChannels, configuration.generator.outputChannels)
        let images = shown.flatMap { images in
            let (inB, inA) = (aToB(images.a), bToA(images.b))
            return [images.a, inB, bToA(inB), images.b, inA, aToB(inA)].map { $0.withChannels(channels) }
        }
        return Preview(images: Tensor.concatenated(images), columns: 6)
    }

    /// The mean absolute difference between the images of the preview and what comes back of them: `cycle-A`,
    /// `cycle-B`.
    public func evaluate() throws -> [String: Double] {
        guard !shown.isEmpty else { return [:] }
        let (aToB, bToA) = try translators()
        var (a, b) = (0.0, 0.0)
        for images in shown {
            a += Double(l1Loss(bToA(aToB(images.a)), images.a).item) / 2
            b += Double(l1Loss(aToB(bToA(images.b)), images.b).item) / 2
        }
        return ["cycle-A": a / Double(shown.count), "cycle-B": b / Double(shown.count)]
    }

    /// Writes the averaged generator from A to B as a model folder, and within it, called `BtoA`, the one back.
    public func export(to folder: String) throws {
        for (direction, place, weights) in [
            (PairDirection.aToB, folder, try aToB.finishedGenerator { try batch($0).a }.state()),
            (.bToA, folder + "/" + PairDirection.bToA.rawValue, try bToA.finishedGenerator { try batch($0).b }.state()),
        ] {
            let facts = ["training": kind, "direction": direction.rawValue]
            try configuration.translator(direction).manifest(
                name: direction == .aToB ? name : name + "-" + direction.rawValue,
                provenance: provenance.merging(facts) { $1 }
            ).write(to: place, weights: weights)
        }
    }
}
