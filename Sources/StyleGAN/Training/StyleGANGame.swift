import ImageData
import Layers
import Models
import TensorCore
import Training

/// The training of StyleGAN2: the generator's loss, its path-length penalty every few steps, the discriminator's loss,
/// and its penalty on gradients every few steps (Karras et al. 2020). The discriminator sees all images through the
/// adaptive augmentation, and images that repeat in windows.
final class StyleGANGame: AdversarialGame {
    private let configuration: StyleGANConfiguration
    private let settings: AdversarialSettings
    private let generator: StyleGenerator
    private let discriminator: any ImageDiscriminator
    private let players: (generator: Player, discriminator: Player)
    private let batch: (Int) throws -> Batch
    private var pathLength = PathLength()
    private var augmentation: AdaptiveAugmentation
    /// The images of the current step that are used here.
    private var current: (step: Int, batch: Batch)?

    /// - Parameter batch: real images by batch number.
    init(
        _ configuration: StyleGANConfiguration, _ generator: StyleGenerator, _ pair: AdversarialPair,
        batch: @escaping (Int) throws -> Batch
    ) {
        self.configuration = configuration
        settings = configuration.training
        self.generator = generator
        (discriminator, players) = (pair.discriminator, pair.players)
        self.batch = batch
        augmentation = AdaptiveAugmentation(configuration.adaptation)
    }

    var phases: [TrainingPhase] {
        var phases = [TrainingPhase("generator", [players.generator], loss: generatorLoss)]
        if configuration.pathLengthWeight > 0 {
            phases.append(
                TrainingPhase(
                    "pathLength", [players.generator], interval: configuration.pathLengthInterval,
                    loss: pathLengthLoss
                ) { [self] in pathLength.follow($0) })
        }
        phases.append(
            TrainingPhase("discriminator", [players.discriminator], loss: discriminatorLoss) { [self] in
                augmentation.observe($0)
            })
        if settings.r1Gamma > 0 {
            phases.append(
                TrainingPhase(
                    "r1", [players.discriminator], interval: max(settings.r1Interval, 1), loss: gradientLoss))
        }
        return phases
    }

    // MARK: The generator

    private func generatorLoss(_ context: StepContext) throws -> Tensor {
        let labels = try labels(context)
        let fakes = generator.synthesis(
            styles(labels, context.training, context), .random(context.random), context.training)
        let seen = logits(context.windows(of: fakes), labels, context.withBorders.frozen, context)
        let loss = settings.loss.generator(fake: seen)
        context.note(loss: "generator", loss)
        return loss
    }

    private func pathLengthLoss(_ context: StepContext) throws -> Tensor {
        // Half of the batch is enough, and saves memory.
        let labels = try labels(context)
        let count = max(context.count(of: settings.batchSize) / 2, 1)
        let styles = styles(Array(labels.prefix(count)), count: count, context.training, context)
        let images = generator.synthesis(styles, .random(context.random), context.training)
        let deviation = 1 / Float(images.shape[2] * images.shape[3]).squareRoot()
        let noise = context.random.normal(images.shape, deviation: deviation)
        let (penalty, mean) = pathLength.penalty(PathLength.lengths(of: images, at: styles, noise: noise))
        context.tally(Double(mean))
        context.note("path-length", mean)
        return penalty.scaled(by: Float(configuration.pathLengthWeight * Double(configuration.pathLengthInterval)))
    }

    /// Styles `[N, layers, styleSize]` of fresh latent vectors; some batches have two latent vectors, one for the coarse
    /// layers and one for the fine ones (Karras et al. 2019, section 3.1).
    private func styles(
        _ labels: [Int], count: Int? = nil, _ mode: ForwardMode, _ context: StepContext
    ) -> Tensor {
        let (count, layers) = (
            count ?? context.count(of: settings.batchSize), generator.synthesis.styleCount
        )
        let classes = labels.isEmpty ? nil : Tensor(labels.map { Float($0) }, shape: [labels.count])
        func drawn() -> Tensor {
            generator.mapping(context.random.normal([count, generator.latentSize]), classes: classes, mode)
        }
        func repeated(_ style: Tensor, _ times: Int) -> Tensor {
            style.reshaped(to: [count, 1, style.shape[1]]).broadcast(to: [count, times, style.shape[1]])
        }
        let coarse = drawn()
        generator.mapping.follow(coarse)
        guard context.random.undivided({ $0.uniform([1]).item }) < Float(configuration.styleMixing) else {
            return repeated(coarse, layers)
        }
        let cut = context.random.undivided { $0.integers(1, in: 1..<layers)[0] }
        return Tensor.concatenated([repeated(coarse, cut), repeated(drawn(), layers - cut)], axis: 1)
    }

    // MARK: The discriminator

    private func discriminatorLoss(_ context: StepContext) throws -> Tensor {
        let real = try images(context)
        context.note(images: real.shape[0])
        let labels = try labels(context)
        let fakes = generator.synthesis(
            styles(labels, context.frozen, context), .random(context.random), context.frozen)
        let mode = context.withBorders.training
        let fakeLogits = logits(context.windows(of: fakes), labels, mode, context)
        let realLogits = logits(real, labels, mode, context)
        let loss = settings.loss.discriminator(real: realLogits, fake: fakeLogits)
        context.note(loss: "discriminator", loss)
        if context.isMeasuring {
            context.note(accuracies: (realLogits .> 0).mean().item, 1 - (fakeLogits .> 0).mean().item)
        }
        context.tally(Double(context.step), AdaptiveAugmentation.signs(of: realLogits), Double(realLogits.count))
        if augmentation.isOn { context.note("augmentation", Float(augmentation.probability)) }
        return loss
    }

    private func gradientLoss(_ context: StepContext) throws -> Tensor {
        let real = try images(context).requiringGradient()
        let penalty = r1Penalty(
            logits: logits(real, try labels(context), context.withBorders.training, context), images: real)
        context.note("r1", penalty.item)
        return penalty.scaled(by: Float(settings.r1Gamma / 2 * Double(max(settings.r1Interval, 1))))
    }

    /// The discriminator's output for augmented images.
    private func logits(
        _ images: Tensor, _ labels: [Int], _ mode: ForwardMode, _ context: StepContext
    ) -> Tensor {
        let seen = augmentation(images, context.random)
        return discriminator(settings.augmentation.reduce(seen) { $1($0, context.random) }, labels: labels, mode)
    }

    // MARK: Images and state

    private func batch(_ context: StepContext) throws -> Batch {
        if current?.step != context.step { current = (context.step, try batch(context.step - 1)) }
        guard let current else { preconditionFailure("the images of a step were not kept") }
        return current.batch.part(context.ownShare)
    }

    /// Without the border that makes a square of images that are none.
    private func images(_ context: StepContext) throws -> Tensor {
        let all = try batch(context).images
        let sizes = configuration.sizes.levels
        let (height, width) = (sizes[sizes.count - 1].height, sizes[sizes.count - 1].width)
        return all.slice(axis: 2, from: (all.shape[2] - height) / 2, count: height)
            .slice(axis: 3, from: (all.shape[3] - width) / 2, count: width)
    }

    private func labels(_ context: StepContext) throws -> [Int] {
        configuration.classNames.isEmpty ? [] : try batch(context).labels
    }

    func add(to state: inout TrainingState) {
        state.numbers["pathLength.mean"] = Double(pathLength.mean)
        augmentation.add(to: &state)
    }

    func restore(_ state: TrainingState) throws {
        guard let mean = state.numbers["pathLength.mean"] else { throw ParameterError("pathLength.mean is missing") }
        pathLength.mean = Float(mean)
        try augmentation.restore(state)
        current = nil
    }
}
