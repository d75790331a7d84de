import ImageData
import Layers
import Models
import TensorCore
import Training

/// Trains two translators, in both directions, on images without pairs.
package final class CycleGANTask: PacedTask, DivisibleTask, SharedEvaluationTask {
    /// The networks and how they are trained.
    package let configuration: CycleGANConfiguration
    private let name: String
    private let provenance: [String: String]
    private let shown: [UnpairedBatch]

    private let aToB: TranslatorInTraining
    private let bToA: TranslatorInTraining
    private let pools: (aToB: ImagePool, bToA: ImagePool)
    private var loop: PhaseLoop

    /// - Parameters:
    ///   - batch: images by batch number, such as `UnpairedLoader.batch(at:)`; a number must always give the same
    ///     images.
    ///   - whole: whole batches for measuring and showing; nil if `batch` gives them, not parts.
    ///   - preview: images whose translations are shown during training.
    ///   - name: the name of the exported models.
    ///   - provenance: facts for the exported models' `config.json`.
    package init(
        _ configuration: CycleGANConfiguration, batch: @escaping (Int) throws -> UnpairedBatch,
        whole: ((Int) throws -> UnpairedBatch)? = nil, preview: [UnpairedBatch] = [], name: String,
        provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        shown = preview
        self.name = name
        self.provenance = provenance
        let settings = configuration.training
        let whole = whole ?? batch
        func learner(
            _ direction: PairDirection, streams: (RandomStream, RandomStream), inputs: @escaping (Int) throws -> Tensor
        ) -> TranslatorInTraining {
            let translator = configuration.translator(direction)
            return TranslatorInTraining(
                translator.generator, against: translator.discriminator, channels: translator.generator.outputChannels,
                prefix: direction.rawValue + ".", settings: settings, statistics: translator.statistics,
                streams: streams, inputs: inputs)
        }
        aToB = learner(.aToB, streams: (.generatorWeights, .discriminatorWeights)) { try whole($0).a }
        bToA = learner(.bToA, streams: (.returningGeneratorWeights, .returningDiscriminatorWeights)) {
            try whole($0).b
        }
        pools = (ImagePool(capacity: configuration.poolSize), ImagePool(capacity: configuration.poolSize))
        let game = CycleGANGame(
            aToB: CycleGANGame.Direction(players: aToB.players, pool: pools.aToB),
            bToA: CycleGANGame.Direction(players: bToA.players, pool: pools.bToA), losses: settings.losses,
            cycle: configuration.cycle
        ) { try batch($0 - 1) }
        loop = PhaseLoop(game.phases, seed: settings.seed, precision: settings.precision ?? .float32)
    }

    /// Starts from the weights of two generators of the same architecture; the discriminators stay new. Call this
    /// before the first step.
    ///
    /// - Throws: `LoadError` if they do not fit.
    package func start(fromAToB: [String: Tensor], bToA back: [String: Tensor]) throws {
        try aToB.start(from: fromAToB)
        try bToA.start(from: back)
    }

    /// `cyclegan`.
    package var kind: String { CycleGANConfiguration.kind }
    /// Images, or pairs, in a step.
    package var batchSize: Int? { configuration.training.batchSize }
    private var learners: [TranslatorInTraining] { [aToB, bToA] }

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

    /// One update of both generators, then one of each discriminator. Figures are means of the two directions.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        defer { for learner in learners { learner.outdate() } }
        return try loop.step(number, measuring: measuring)
    }

    // MARK: State

    private var namedPools: [(name: String, pool: ImagePool)] {
        [(PairDirection.aToB.rawValue + ".pool", pools.aToB), (PairDirection.bToA.rawValue + ".pool", pools.bToA)]
    }

    /// Of both directions: both networks, both optimizers' moments, the moving average and the pool.
    package func checkpoint() -> TrainingState {
        var state = loop.state
        for (name, pool) in namedPools { state.tensors[name] = pool.state }
        return state
    }

    /// Restores the state that ``checkpoint()`` returned.
    package func restore(_ state: TrainingState) throws {
        for learner in learners { learner.outdate() }
        try loop.restore(state)
        let (frame, side) = (configuration.frame, configuration.frame.cropSize)
        for ((name, pool), channels) in zip(namedPools, [frame.targetChannels, frame.inputChannels]) {
            try pool.load(state.tensors[name], name: name, of: [1, channels, side, side])
        }
    }

    // MARK: Images

    private func translators() throws -> (aToB: Translator, bToA: Translator) {
        (try aToB.translator(), try bToA.translator())
    }

    /// Rows of A | B from A | A again | B | A from B | B again.
    package func preview() throws -> Preview? {
        guard !shown.isEmpty else { return nil }
        let (aToB, bToA) = try translators()
        let channels = max(configuration.generator.inputChannels, configuration.generator.outputChannels)
        let images = shown.flatMap { images in
            let (inB, inA) = (aToB(images.a), bToA(images.b))
            return [images.a, inB, bToA(inB), images.b, inA, aToB(inA)].map { $0.withChannels(channels) }
        }
        return Preview(images: Tensor.concatenated(images), columns: 6)
    }

    /// Always.
    package var sharesEvaluation: Bool { true }

    /// The mean absolute difference between the images of the preview and their translations there and back: `cycle-A`,
    /// `cycle-B`.
    package func evaluate() throws -> [String: Double] {
        try division.means(over: shown) { images in
            let (aToB, bToA) = try translators()
            return [
                "cycle-A": Double(l1Loss(bToA(aToB(images.a)), images.a).item) / 2,
                "cycle-B": Double(l1Loss(aToB(bToA(images.b)), images.b).item) / 2,
            ]
        }
    }

    /// Writes the averaged generator from A to B as a model folder, and the opposite one in its subfolder `BtoA`.
    package func export(to folder: String, after step: Int) throws {
        for (direction, place, weights) in [
            (PairDirection.aToB, folder, try aToB.finishedGenerator().state()),
            (.bToA, folder + "/" + PairDirection.bToA.rawValue, try bToA.finishedGenerator().state()),
        ] {
            let facts = ["training": kind, "direction": direction.rawValue, "steps": "\(step)"]
            try configuration.translator(direction).manifest(
                name: direction == .aToB ? name : name + "-" + direction.rawValue,
                provenance: provenance.merging(facts) { $1 }
            ).write(to: place, weights: weights)
        }
    }
}
