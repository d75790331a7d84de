import Foundation
import Layers
import Models
import TensorCore
import Training

/// A step of the toy pair written out: the losses as the papers have them and Adam in double precision, so that what
/// `AdversarialTask` does can be compared with it.
final class HandStep {
    let configuration: ToyConfiguration
    let generator: any LatentGenerator
    let discriminator: any ImageDiscriminator
    private var generatorAdam: HandAdam
    private var discriminatorAdam: HandAdam
    private(set) var losses: [String: Double] = [:]

    /// Starts at the weights of a task that has taken no step.
    init(_ configuration: ToyConfiguration, start: TrainingState) throws {
        self.configuration = configuration
        let settings = configuration.training
        generator = configuration.makeGenerator(random: Random(seed: 99))
        discriminator = configuration.makeDiscriminator(random: Random(seed: 98))
        try generator.load(start.tensors(under: "generator"))
        try discriminator.load(start.tensors(under: "discriminator"))
        generatorAdam = HandAdam(rate: settings.generatorLearningRate, settings.beta1, settings.beta2)
        discriminatorAdam = HandAdam(rate: settings.discriminatorLearningRate, settings.beta1, settings.beta2)
    }

    func take(_ number: Int) {
        let settings = configuration.training
        let random = Random(seed: settings.seed, stream: UInt64(number))
        let mode = ForwardMode.training(random)
        var fakes = Tensor(0)
        for repetition in 0..<settings.discriminatorSteps {
            let real = configuration.batch((number - 1) * settings.discriminatorSteps + repetition).images
            fakes = generator(random.normal([real.shape[0], 3]), labels: [], mode)
            let images = real.requiringGradient()
            let made = fakes.detached.requiringGradient()
            let (realLogits, fakeLogits) = (
                discriminator(images, labels: [], mode), discriminator(made, labels: [], mode)
            )
            var loss: Tensor
            if settings.loss == .wasserstein {
                loss = fakeLogits.mean() - realLogits.mean()
            } else {
                // −log D(x) − log(1 − D(G(z)))
                loss = -realLogits.sigmoid().log().mean() - (1 - fakeLogits.sigmoid()).log().mean()
            }
            losses["discriminator"] = Double(loss.item)
            if settings.r1Gamma > 0 && repetition == 0 && number % settings.r1Interval == 0 {
                let gradient = gradients(of: realLogits.sum(), at: [images], createGraph: true)[0] ?? Tensor(0)
                let penalty = gradient.squared().sum() / Float(real.shape[0])
                losses["r1"] = Double(penalty.item)
                loss = loss + Float(settings.r1Gamma) / 2 * Float(settings.r1Interval) * penalty
            }
            if let gamma = settings.r2Gamma, repetition == 0 && number % settings.r1Interval == 0 {
                let gradient = gradients(of: fakeLogits.sum(), at: [made], createGraph: true)[0] ?? Tensor(0)
                let penalty = gradient.squared().sum() / Float(real.shape[0])
                losses["r2"] = Double(penalty.item)
                loss = loss + Float(gamma) / 2 * Float(settings.r1Interval) * penalty
            }
            if settings.gradientPenalty > 0 {
                let share = random.uniform([real.shape[0], 1, 1, 1])
                let between = (share * real + (1 - share) * fakes.detached).requiringGradient()
                let gradient =
                    gradients(
                        of: discriminator(between, labels: [], mode).sum(), at: [between], createGraph: true)[0]
                    ?? Tensor(0)
                let penalty = (gradient.squared().sum(axes: [1, 2, 3]).squareRoot() - 1).squared().mean()
                losses["gradient-penalty"] = Double(penalty.item)
                loss = loss + Float(settings.gradientPenalty) * penalty
            }
            discriminatorAdam.update(discriminator.parameters, loss)
        }
        let logits = discriminator(fakes, labels: [], mode)
        let loss = settings.loss == .wasserstein ? -logits.mean() : -logits.sigmoid().log().mean()
        losses["generator"] = Double(loss.item)
        generatorAdam.update(generator.parameters, loss)
    }
}

/// Adam as Kingma & Ba write it, in double precision.
private struct HandAdam {
    let rate: Double
    let beta1: Double
    let beta2: Double
    private var step = 0.0
    private var means: [String: [Double]] = [:]
    private var squares: [String: [Double]] = [:]

    init(rate: Double, _ beta1: Double, _ beta2: Double) {
        (self.rate, self.beta1, self.beta2) = (rate, beta1, beta2)
    }

    mutating func update(_ parameters: [(name: String, parameter: Parameter)], _ loss: Tensor) {
        step += 1
        let weights = gradients(of: loss, at: parameters.map(\.parameter.value))
        for ((name, parameter), gradient) in zip(parameters, weights) {
            guard let gradient else { continue }
            let g = gradient.values.map(Double.init)
            let zeros = [Double](repeating: 0, count: g.count)
            let m = zip(means[name] ?? zeros, g).map { beta1 * $0 + (1 - beta1) * $1 }
            let v = zip(squares[name] ?? zeros, g).map { beta2 * $0 + (1 - beta2) * $1 * $1 }
            (means[name], squares[name]) = (m, v)
            let moved = parameter.value.values.indices.map { index in
                let (mean, square) = (m[index] / (1 - pow(beta1, step)), v[index] / (1 - pow(beta2, step)))
                return Float(Double(parameter.value.values[index]) - rate * mean / (square.squareRoot() + 1e-8))
            }
            parameter.assign(Tensor(moved, shape: parameter.shape))
        }
    }
}
