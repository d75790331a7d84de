import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Training

/// Trains a translator on pairs: a U-Net or ResNet against a PatchGAN that sees input and output together.
package final class Pix2PixTask: PacedTask, DivisibleTask, SharedEvaluationTask {
    /// The networks and how they are trained.
    package let configuration: Pix2PixConfiguration
    private let name: String
    private let provenance: [String: String]
    private let shown: [PairBatch]

    let learner: TranslatorInTraining
    private var loop: PhaseLoop

    /// - Parameters:
    ///   - batch: pairs by batch number, such as `PairLoader.batch(at:)`; a number must always give the same pairs.
    ///   - whole: whole batches for measuring and showing; nil if `batch` gives them, not parts.
    ///   - preview: pairs whose translations are shown and measured during training.
    ///   - perceptual: the network of the perceptual loss; nil turns it off.
    ///   - projection: the network whose features additional discriminators see; nil for none.
    ///   - name: the name of the exported model.
    ///   - provenance: facts for the exported model's `config.json`.
    package init(
        _ configuration: Pix2PixConfiguration, batch: @escaping (Int) throws -> PairBatch,
        whole: ((Int) throws -> PairBatch)? = nil, preview: [PairBatch] = [],
        perceptual: (any PerceptualNetwork)? = nil, projection: (any PerceptualNetwork)? = nil, name: String,
        provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        shown = preview
        self.name = name
        self.provenance = provenance
        let settings = configuration.training
        let architecture = configuration.generator
        let side = configuration.frame.cropSize
        func projecting(_ patches: any DiscriminatorEnsemble, _ random: Random) -> any DiscriminatorEnsemble {
            guard let projection else { return patches }
            return ProjectedDiscriminator(
                patches, network: projection, inputs: architecture.planes.withoutNoise,
                classes: architecture.classCount ?? 0,
                image: ImageShape(size: side, channels: architecture.outputChannels),
                width: 2 * configuration.discriminator.width, random: random)
        }
        learner = TranslatorInTraining(
            architecture, against: configuration.discriminator,
            channels: architecture.planes.withoutNoise + architecture.outputChannels, settings: settings,
            statistics: configuration.statistics, streams: (.generatorWeights, .discriminatorWeights),
            inputs: { [whole = whole ?? batch] in try whole($0).inputs }, projecting: projecting)
        let game = Pix2PixGame(learner.players, losses: settings.losses) { try batch($0 - 1) }
        game.perceptual = perceptual
        game.colors = configuration.colorClassification
        game.planes = architecture.planes
        game.augmentation = settings.augmentation ?? []
        loop = PhaseLoop(game.phases, seed: settings.seed, precision: settings.precision ?? .float32)
    }

    /// Starts from the weights of a generator of the same architecture; the discriminator stays new. Call this before
    /// the first step.
    ///
    /// - Parameter guiding: whether the weights are those of a generator of images that the translator's network guides.
    /// - Throws: `LoadError` if they do not fit.
    package func start(from weights: [String: Tensor], guiding: Bool = false) throws {
        try learner.start(
            from: guiding ? GuidedGenerator.weights(learner.generator.state(), guiding: weights) : weights)
    }

    /// `pix2pix`.
    package var kind: String { Pix2PixConfiguration.kind }
    /// Images, or pairs, in a step.
    package var batchSize: Int? { configuration.training.batchSize }

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

    /// One update of the discriminator, then one of the generator.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        defer { learner.outdate() }
        return try loop.step(number, measuring: measuring)
    }

    // MARK: State

    /// Both networks, both optimizers' moments and the moving average.
    package func checkpoint() -> TrainingState { loop.state }

    /// Restores the state that ``checkpoint()`` returned.
    package func restore(_ state: TrainingState) throws {
        learner.outdate()
        try loop.restore(state)
    }

    // MARK: Images

    /// Rows of input | output | target.
    package func preview() throws -> Preview? {
        guard !shown.isEmpty else { return nil }
        let translator = try learner.translator()
        let channels = max(configuration.generator.inputChannels, configuration.generator.outputChannels)
        let made = shown.map { translator($0.inputs) }
        let images = zip(shown, made).flatMap { pair, output in
            [pair.drawings, output, pair.targets].map { $0.withChannels(channels) }
        }
        return Preview(
            images: Tensor.concatenated(images), columns: 3 * min(2, shown.count), made: Tensor.concatenated(made))
    }

    /// Always.
    package var sharesEvaluation: Bool { true }

    /// The mean absolute difference `l1` and the `psnr` in decibels over the pairs of the preview.
    package func evaluate() throws -> [String: Double] {
        try loop.division.means(over: shown) { pair in
            let output = try learner.translator()(pair.inputs)
            return [
                "l1": Double(l1Loss(output, pair.targets).item) / 2,
                "psnr": 10 * log10(4 / max(Double(meanSquaredError(output, pair.targets).item), 1e-10)),
            ]
        }
    }

    /// Writes the averaged generator as a model folder, in half precision.
    package func export(to folder: String, after step: Int) throws {
        try configuration.manifest(name: name, provenance: provenance.merging(["steps": "\(step)"]) { $1 })
            .write(to: folder, weights: learner.finishedGenerator().state())
    }
}

extension Tensor {
    /// Gray images `[N, 1, H, W]`, repeated to more channels.
    func withChannels(_ channels: Int) -> Tensor {
        shape[1] == channels ? self : broadcast(to: [shape[0], channels, shape[2], shape[3]])
    }
}
