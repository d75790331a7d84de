import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Training

/// Trains an upscaler in two stages: pixel by pixel, then against a discriminator (Ledig et al. 2017, Wang et al.
/// 2018). Steps are counted through both stages. The second stage starts from the averaged weights of the first.
package final class SuperResolutionTask: PacedTask, DivisibleTask, SharedEvaluationTask {
    /// The network and how it is trained.
    package let configuration: SuperResolutionConfiguration
    /// Called when the second stage begins, with the task as the first stage left it, so that its model can be saved.
    package var pixelStageEnded: ((_ task: SuperResolutionTask, _ step: Int) throws -> Void)?

    private let settings: UpscalerTrainingSettings
    private let name: String
    private let provenance: [String: String]
    private let held: [UpscalingBatch]
    private let measure: ((_ upscaled: Tensor, _ photo: Tensor) -> [String: Double])?

    let generator: any UpscalingGenerator
    private let average: ExponentialMovingAverage?
    private let finished: FinishedNetwork<any UpscalingGenerator>
    /// The upscaler with the averaged weights.
    private var upscaler: Upscaler?
    private var pixelStage: PhaseLoop
    /// Nil for a training of one stage.
    private var adversarialStage: PhaseLoop?
    private var lastStep = 0

    /// - Parameters:
    ///   - configuration: with training settings, or their defaults.
    ///   - batch: crops by batch number, such as `CropLoader.batch(at:)`; a number must always give the same crops.
    ///   - held: whole images for showing and measuring, one in each batch; not trained on.
    ///   - measure: metrics of an upscaled image and the photo, both `[1, C, H, W]` from 0 to 1, such as `psnr`.
    ///   - perceptual: the network of the perceptual loss in the second stage; nil turns it off.
    ///   - name: the name of the exported model.
    ///   - provenance: facts for the exported model's `config.json`.
    package init(
        _ configuration: SuperResolutionConfiguration, batch: @escaping (Int) throws -> UpscalingBatch,
        held: [UpscalingBatch] = [], measure: ((_ upscaled: Tensor, _ photo: Tensor) -> [String: Double])? = nil,
        perceptual: (any PerceptualNetwork)? = nil, name: String, provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        let settings = configuration.training ?? UpscalerTrainingSettings()
        self.settings = settings
        self.held = held
        self.measure = measure
        self.name = name
        self.provenance = provenance
        func makeGenerator() -> any UpscalingGenerator {
            configuration.generator.makeGenerator(random: Random(seed: settings.seed, .generatorWeights))
        }
        let generator = makeGenerator()
        let average =
            settings.averageDecay > 0
            ? ExponentialMovingAverage(of: generator, decay: Float(settings.averageDecay)) : nil
        func crops(_ step: Int) throws -> UpscalingBatch { try batch(step - 1) }
        func loop(_ phases: [TrainingPhase]) -> PhaseLoop {
            PhaseLoop(phases, seed: settings.seed, precision: settings.precision ?? .float32)
        }
        let player = settings.pixel.player(generator, average: average)
        pixelStage = loop([pixelPhase(generator, player, settings.pixel.loss, crops: crops)])
        let finished = FinishedNetwork(of: generator, player, module: { $0 }, make: makeGenerator)
        self.finished = finished
        if settings.adversarial.steps > 0 {
            let game = settings.game(
                generator, average: average, channels: configuration.generator.outputChannels,
                perceptual: perceptual, crops: crops)
            game.steadyImages = { small, context in
                let network: any UpscalingGenerator = try finished.current()
                return network(small, .inference(context.precision)).detached
            }
            adversarialStage = loop(game.phases)
        } else {
            adversarialStage = nil
        }
        self.generator = generator
        self.average = average
    }

    /// Starts from the weights of a network of the same architecture. Do not call this for a restored task.
    ///
    /// - Throws: `LoadError`.
    package func begin(with weights: [String: Tensor]) throws {
        try generator.load(weights)
        try average?.load(generator.state())
        finished.outdate()
    }

    /// `sr`.
    package var kind: String { SuperResolutionConfiguration.kind }
    /// Images, or pairs, in a step.
    package var batchSize: Int? { settings.batchSize }

    /// How the steps go through the schedules, and with them through the stages.
    package var pace: Pace {
        get { pixelStage.pace }
        set {
            pixelStage.pace = newValue
            adversarialStage?.pace = newValue
        }
    }
    /// How batches are divided into shards.
    package var division: Division {
        get { pixelStage.division }
        set {
            pixelStage.division = newValue
            adversarialStage?.division = newValue
        }
    }

    /// The pixel stage and, if there is one, the adversarial stage.
    package var stages: [Int] {
        if adversarialStage == nil { return [1] }
        return settings.pixel.steps > 0 ? [1, settings.pixel.steps + 1] : [1]
    }

    private func isAdversarial(_ step: Int) -> Bool { pace.scheduleStep(of: step) > settings.pixel.steps }

    /// The stage that a step belongs to.
    private func stage(of step: Int) -> PhaseLoop {
        isAdversarial(step) ? adversarialStage ?? pixelStage : pixelStage
    }

    /// One update of the generator; in the second stage, after one update of the discriminator.
    package func step(_ number: Int, measuring: Bool) throws -> StepReport {
        if adversarialStage != nil, isAdversarial(number), number == 1 || !isAdversarial(number - 1) {
            try pixelStageEnded?(self, lastStep)
            try average?.copy(into: generator)
            finished.outdate()
        }
        defer { finished.outdate() }
        let report = try stage(of: number).step(number, measuring: measuring)
        lastStep = number
        return report
    }

    // MARK: State

    /// The network, its moving average, and the state of the current stage.
    package func checkpoint() -> TrainingState {
        var state = stage(of: lastStep).state
        state.numbers["step"] = Double(lastStep)
        return state
    }

    /// Restores the state that ``checkpoint()`` returned.
    package func restore(_ state: TrainingState) throws {
        finished.outdate()
        let step = try state.count("step")
        try stage(of: step).restore(state)
        lastStep = step
    }

    // MARK: Images

    /// An upscaler with the averaged weights.
    private func currentUpscaler() throws -> Upscaler {
        let network = try finished.current()
        guard average != nil else { return Upscaler(network, resize: configuration.resize) }
        let upscaler = self.upscaler ?? Upscaler(network, resize: configuration.resize)
        self.upscaler = upscaler
        return upscaler
    }

    /// Rows of bicubic | result | photo: the centers of up to four held-out images.
    package func preview() throws -> Preview? {
        guard !held.isEmpty else { return nil }
        let upscaler = try currentUpscaler()
        let shown = held.prefix(4)
        let side = shown.reduce(160) { min($0, $1.large.shape[2], $1.large.shape[3]) }
        let images = shown.flatMap { pair in
            [bicubic(pair), upscaler(pair.small), pair.large].map { middle(of: $0, side).scaled(by: 2, plus: -1) }
        }
        return Preview(images: Tensor.concatenated(images), columns: 3)
    }

    private func bicubic(_ pair: UpscalingBatch) -> Tensor {
        let (small, large) = (pair.small.shape, pair.large.shape)
        let image = PlanarImage(
            width: small[3], height: small[2], channels: small[1], values: pair.small.values)
        return Tensor(image.imresized(width: large[3], height: large[2]).values, shape: large)
    }

    private func middle(of image: Tensor, _ side: Int) -> Tensor {
        image.slice(axis: 2, from: (image.shape[2] - side) / 2, count: side)
            .slice(axis: 3, from: (image.shape[3] - side) / 2, count: side)
    }

    /// With metrics.
    package var sharesEvaluation: Bool { measure != nil }

    /// The means of the metrics over all held-out images.
    package func evaluate() throws -> [String: Double] {
        guard let measure else { return [:] }
        return try division.means(over: held) { measure(try currentUpscaler()($0.small), $0.large) }
    }

    /// Writes the averaged network as a model folder, in half precision.
    package func export(to folder: String, after step: Int) throws {
        var facts = provenance
        facts["steps"] = "\(step)"
        facts["stage"] = isAdversarial(step) ? "adversarial" : "pixel"
        let manifest = try configuration.manifest(name: name, provenance: facts)
        try manifest.write(to: folder, weights: average?.state() ?? generator.state())
    }
}
