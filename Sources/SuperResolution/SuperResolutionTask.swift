import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Training

/// The training of an upscaler in two stages: pixel by pixel, then against a discriminator (Ledig et al. 2017, Wang et
/// al. 2018). Steps are counted through; at the border the averaged weights of the first stage are what the second
/// starts from.
public final class SuperResolutionTask: TrainingTask {
    /// The network and how it is trained.
    public let configuration: SuperResolutionConfiguration
    /// Told that the second stage begins, with the task as the first one left it: time to keep its model.
    public var pixelStageEnded: ((SuperResolutionTask) throws -> Void)?

    private let settings: UpscalerTrainingSettings
    private let name: String
    private let provenance: [String: String]
    private let batch: (Int) throws -> UpscalingBatch
    private let held: [UpscalingBatch]
    private let measure: ((_ upscaled: Tensor, _ photo: Tensor) -> [String: Double])?

    let generator: any UpscalingGenerator
    private let average: ExponentialMovingAverage
    private let averagedGenerator: any UpscalingGenerator
    private let upscaler: Upscaler
    private let pixelOptimizer: Adam
    private let pixelStep: PixelStep
    private let adversaries: UpscalerAdversary?
    private var lastStep = 0

    /// - Parameters:
    ///   - configuration: with settings of the training, or their defaults.
    ///   - batch: crops by batch number, such as `CropLoader.batch(at:)`; the same number gives the same ones.
    ///   - held: whole images that are not learned from, one each, to show and measure.
    ///   - measure: figures of an upscaled image beside the photo, both `[1, C, H, W]` from 0 to 1, such as `psnr`.
    ///   - perceptual: what the perceptual loss of the second stage is taken in; nil leaves it out.
    ///   - name: what the exported model will be called.
    ///   - provenance: facts for the exported model's `config.json`.
    public init(
        _ configuration: SuperResolutionConfiguration, batch: @escaping (Int) throws -> UpscalingBatch,
        held: [UpscalingBatch] = [], measure: ((_ upscaled: Tensor, _ photo: Tensor) -> [String: Double])? = nil,
        perceptual: (any PerceptualNetwork)? = nil, name: String, provenance: [String: String] = [:]
    ) {
        self.configuration = configuration
        let settings = configuration.training ?? UpscalerTrainingSettings()
        self.settings = settings
        self.batch = batch
        self.held = held
        self.measure = measure
        self.name = name
        self.provenance = provenance
        // Step numbers are streams of the same seed: the networks take two that no step uses.
        generator = configuration.generator.makeGenerator(random: Random(seed: settings.seed, stream: .max))
        averagedGenerator = configuration.generator.makeGenerator(random: Random(seed: settings.seed, stream: .max))
        average = ExponentialMovingAverage(of: generator, decay: Float(settings.averageDecay))
        upscaler = Upscaler(averagedGenerator, resize: configuration.resize)
        pixelOptimizer = Adam(generator.parameters, learningRate: Float(settings.pixel.learningRate))
        var step = PixelStep(generator: generator, optimizer: pixelOptimizer)
        step.loss = settings.pixel.loss
        step.precision = settings.precision ?? .float32
        pixelStep = step
        adversaries = settings.adversarial.steps > 0
            ? UpscalerAdversary(
                generator, settings, channels: configuration.generator.outputChannels, perceptual: perceptual) : nil
    }

    /// Begins with the weights of a finished network of the same make. Not for a task that is restored.
    ///
    /// - Throws: `LoadError`.
    public func begin(with weights: [String: Tensor]) throws {
        try generator.load(weights)
        try average.load(generator.state())
    }

    /// `sr`.
    public var kind: String { SuperResolutionConfiguration.kind }

    private func isAdversarial(_ step: Int) -> Bool { step > settings.pixel.steps }

    /// One update of the generator; in the second stage one of the discriminator before it.
    public func step(_ number: Int, measuring: Bool) throws -> StepReport {
        let crops = try batch(number - 1)
        let random = Random(seed: settings.seed, stream: UInt64(number))
        let stageStep = isAdversarial(number) ? number - settings.pixel.steps : number
        var report: StepReport
        if isAdversarial(number), let adversaries {
            if stageStep == 1 {
                try pixelStageEnded?(self)
                if settings.averageDecay > 0 { try average.copy(into: generator) }
            }
            report = adversaries.step(stageStep, crops, random: random, measuring: measuring)
        } else {
            report = pixelStep(stageStep, crops, random: random, measuring: measuring)
        }
        if settings.averageDecay > 0 {
            // The first steps are soon forgotten.
            average.decay = min(Float(settings.averageDecay), Float(number) / Float(number + 10))
            average.update()
        }
        lastStep = number
        report.images = crops.small.shape[0]
        return report
    }

    private func pixelStep(
        _ number: Int, _ crops: UpscalingBatch, random: Random, measuring: Bool
    ) -> StepReport {
        let schedule = settings.pixel.decay.schedule(steps: settings.pixel.steps)
        pixelOptimizer.learningRate = Float(settings.pixel.learningRate) * schedule.factor(step: number - 1)
        let outcome = pixelStep(from: crops.small, to: crops.large, random: random, measuring: measuring)
        var report = StepReport(losses: [("pixel", Double(outcome.loss))])
        if let norm = outcome.gradientNorm { report.gradientNorms = [("generator", Double(norm))] }
        report.extra = [("learning-rate", Double(pixelOptimizer.learningRate))]
        return report
    }

    // MARK: State

    /// The network, its moving average, and what the stage that it is in goes on with.
    public func checkpoint() -> TrainingState {
        var state = TrainingState()
        state.add(generator.state(), under: "generator")
        state.add(average.state(), under: "average")
        state.numbers["step"] = Double(lastStep)
        if isAdversarial(lastStep), let adversaries {
            adversaries.save(to: &state)
        } else {
            state.add(pixelOptimizer.state(), under: "pixelOptimizer")
            state.numbers["pixelOptimizer.step"] = Double(pixelOptimizer.step)
        }
        return state
    }

    /// Takes over what ``checkpoint()`` returned.
    public func restore(_ state: TrainingState) throws {
        try generator.load(state.tensors(under: "generator"))
        try average.load(state.tensors(under: "average"))
        lastStep = Int(state.numbers["step"] ?? 0)
        if isAdversarial(lastStep), let adversaries {
            try adversaries.load(from: state)
        } else {
            try pixelOptimizer.load(
                state.tensors(under: "pixelOptimizer"), step: Int(state.numbers["pixelOptimizer.step"] ?? 0))
        }
    }

    // MARK: Images

    /// The averaged network at work.
    private func currentUpscaler() throws -> Upscaler {
        guard settings.averageDecay > 0 else { return Upscaler(generator, resize: configuration.resize) }
        try average.copy(into: averagedGenerator)
        return upscaler
    }

    /// Rows of bicubic | ours | photo: the middle of up to four images that are not learned from.
    public func preview() throws -> Preview? {
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

    /// The means over all images that are not learned from of what is measured.
    public func evaluate() throws -> [String: Double] {
        guard let measure, !held.isEmpty else { return [:] }
        let upscaler = try currentUpscaler()
        var sums: [String: Double] = [:]
        for pair in held {
            for (name, value) in measure(upscaler(pair.small), pair.large) { sums[name, default: 0] += value }
        }
        return sums.mapValues { $0 / Double(held.count) }
    }

    /// Writes the averaged network as a model folder, in half precision.
    public func export(to folder: String) throws {
        var facts = provenance
        facts["trained steps"] = "\(lastStep)"
        facts["stage"] = isAdversarial(lastStep) ? "adversarial" : "pixel"
        let manifest = try configuration.manifest(name: name, provenance: facts)
        let weights = settings.averageDecay > 0 ? average.state() : generator.state()
        try manifest.write(to: folder, weights: weights)
    }
}
