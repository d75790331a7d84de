import ImageData
import Layers
import TensorCore
import Training

/// The second stage of an upscaler's training: its discriminator and both optimizers.
final class UpscalerAdversary {
    private let settings: AdversarialStageSettings
    private let discriminator: any Layer
    private let generatorOptimizer: Adam
    private let discriminatorOptimizer: Adam
    private let step: SRGANStep
    private let schedule: Schedule

    init(
        _ generator: any UpscalingGenerator, _ training: UpscalerTrainingSettings, channels: Int,
        perceptual: (any PerceptualNetwork)?
    ) {
        settings = training.adversarial
        schedule = settings.decay.schedule(steps: settings.steps)
        discriminator = settings.discriminator.makeDiscriminator(
            size: training.frame.cropSize, channels: channels,
            random: Random(seed: training.seed, stream: .max - 1))
        generatorOptimizer = Adam(generator.parameters, learningRate: Float(settings.learningRate))
        discriminatorOptimizer = Adam(
            discriminator.parameters, learningRate: Float(settings.discriminatorLearningRate ?? settings.learningRate))
        var step = SRGANStep(
            generator: generator, discriminator: discriminator, generatorOptimizer: generatorOptimizer,
            discriminatorOptimizer: discriminatorOptimizer)
        step.loss = settings.loss
        step.adversarialWeight = Float(settings.adversarialWeight)
        step.distanceWeight = Float(settings.pixelWeight)
        step.gridWeight = Float(settings.gridWeight ?? 0)
        step.perceptual = perceptual
        step.perceptualWeight = Float(settings.perceptualWeight)
        step.precision = training.precision ?? .float32
        // SRGAN's judge takes whole crops only.
        if settings.discriminator.network == .unet { step.jitter = min(training.frame.cropSize / 32 * 8, 16) }
        self.step = step
    }

    /// - Parameter number: counted from 1 at the start of the stage.
    func step(_ number: Int, _ crops: UpscalingBatch, random: Random, measuring: Bool) -> StepReport {
        let factor = schedule.factor(step: number - 1)
        generatorOptimizer.learningRate = Float(settings.learningRate) * factor
        discriminatorOptimizer.learningRate = Float(settings.discriminatorLearningRate ?? settings.learningRate) * factor
        let outcome = step(from: crops.small, to: crops.large, random: random, measuring: measuring)
        var report = StepReport(losses: [
            ("discriminator", Double(outcome.discriminator)), ("generator", Double(outcome.adversarial)),
            ("pixel", Double(outcome.distance)),
        ])
        if step.perceptual != nil { report.losses.append(("perceptual", Double(outcome.perceptual))) }
        report.realAccuracy = outcome.accuracies.map { Double($0.real) }
        report.fakeAccuracy = outcome.accuracies.map { Double($0.fake) }
        if let norms = outcome.gradientNorms {
            report.gradientNorms = [
                ("discriminator", Double(norms.discriminator)), ("generator", Double(norms.generator)),
            ]
        }
        report.extra = [("learning-rate", Double(generatorOptimizer.learningRate))]
        return report
    }

    private var optimizers: [(name: String, optimizer: Adam)] {
        [("generatorOptimizer", generatorOptimizer), ("discriminatorOptimizer", discriminatorOptimizer)]
    }

    func save(to state: inout TrainingState) {
        state.add(discriminator.state(), under: "discriminator")
        for (name, optimizer) in optimizers {
            state.add(optimizer.state(), under: name)
            state.numbers[name + ".step"] = Double(optimizer.step)
        }
    }

    func load(from state: TrainingState) throws {
        try discriminator.load(state.tensors(under: "discriminator"))
        for (name, optimizer) in optimizers {
            try optimizer.load(state.tensors(under: name), step: Int(state.numbers[name + ".step"] ?? 0))
        }
    }
}
