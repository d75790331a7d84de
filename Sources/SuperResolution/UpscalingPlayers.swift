import ImageData
import Layers
import TensorCore
import Training

extension PixelSettings {
    /// The generator in the first stage.
    func player(_ generator: any UpscalingGenerator, average: ExponentialMovingAverage?) -> Player {
        Player(
            "generator", generator, optimizer: Adam(generator.parameters),
            rate: Player.LearningRate(learningRate, decay.schedule(steps: steps)), average: average,
            optimizerName: "pixelOptimizer")
    }
}

extension AdversarialStageSettings {
    fileprivate func rate(_ base: Double, stepsBefore: Int) -> Player.LearningRate {
        Player.LearningRate(base, decay.schedule(steps: steps), stepsBefore: stepsBefore)
    }

    fileprivate var penalties: GradientPenalties {
        var penalties = GradientPenalties()
        (penalties.r1Gamma, penalties.r2Gamma) = (r1Gamma ?? 0, r2Gamma ?? 0)
        penalties.interval = r1Interval ?? penalties.interval
        penalties.wganWeight = gradientPenalty ?? 0
        return penalties
    }
}

extension UpscalerTrainingSettings {
    /// The game of the second stage.
    ///
    /// - Parameters:
    ///   - channels: of the large images.
    ///   - crops: by step, counted through both stages.
    func game(
        _ generator: any UpscalingGenerator, average: ExponentialMovingAverage?, channels: Int,
        perceptual: (any PerceptualNetwork)?, crops: @escaping (_ step: Int) throws -> UpscalingBatch
    ) -> UpscalingGame {
        let stage = adversarial
        let discriminator = stage.discriminator.makeDiscriminator(
            size: frame.cropSize, channels: channels, random: Random(seed: seed, .discriminatorWeights))
        let game = UpscalingGame(
            generator: (
                generator,
                Player(
                    "generator", generator, optimizer: Adam(generator.parameters),
                    rate: stage.rate(stage.learningRate, stepsBefore: pixel.steps), average: average)
            ),
            discriminator: (
                discriminator,
                Player(
                    "discriminator", discriminator, optimizer: Adam(discriminator.parameters),
                    rate: stage.rate(
                        stage.discriminatorLearningRate ?? stage.learningRate, stepsBefore: pixel.steps))
            ), crops: crops)
        game.loss = stage.loss
        game.penalties = stage.penalties
        game.adversarialWeight = Float(stage.adversarialWeight)
        game.distanceWeight = Float(stage.pixelWeight)
        game.gridWeight = Float(stage.gridWeight ?? 0)
        game.artifactWeight = Float(stage.artifactWeight ?? 0)
        game.perceptual = perceptual
        game.perceptualWeight = Float(stage.perceptualWeight)
        // SRGAN's discriminator needs whole crops.
        if stage.discriminator.network == .unet { game.jitter = min(frame.cropSize / 32 * 8, 16) }
        return game
    }
}
