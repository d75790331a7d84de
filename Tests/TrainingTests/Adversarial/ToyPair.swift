import ImageData
import Layers
import Models
import TensorCore
import Training

/// An adversarial pair small enough to be recomputed by hand: 4×4 gray images, one hidden layer on either side.
struct ToyConfiguration: AdversarialConfiguration {
    static let kind = "toy"

    var image = ImageShape(size: 4, channels: 1)
    var classNames: [String] = []
    var training = AdversarialSettings()

    init(_ change: (inout AdversarialSettings) -> Void = { _ in }) {
        training.batchSize = 6
        training.seed = 5
        change(&training)
    }

    var generator: NetworkConfiguration { NetworkConfiguration(.toy) }
    static let generatorMembers: Set<String> = []
    func makeDiscriminator(random: Random) -> any ImageDiscriminator { ToyDiscriminator(random: random) }
}

/// A network of one size.
struct ToyParameters: NetworkParameters {
    var facts: NetworkFacts { NetworkFacts() }
}

extension Architecture {
    static let toy = Architecture(
        id: "toy", family: ModelFamily(kind: ToyConfiguration.kind, task: .generate), parameters: ToyParameters.self,
        make: { ToyGenerator(random: $1) })
}

final class ToyGenerator: LatentGenerator {
    let latentSize = 3
    let hidden: Linear
    let norm = BatchNorm(8)
    let output: Linear

    init(random: Random) {
        // Batch normalization takes any bias out again: its gradient would be rounding alone.
        hidden = Linear(3, 8, bias: false, random: random)
        output = Linear(8, 16, random: random)
    }

    func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        output(norm(hidden(latents, mode), mode).leakyReLU(), mode).tanh().reshaped(to: [latents.shape[0], 1, 4, 4])
    }
}

final class ToyDiscriminator: ImageDiscriminator {
    let hidden: Linear
    let output: Linear

    init(random: Random) {
        hidden = Linear(16, 8, random: random)
        output = Linear(8, 1, random: random)
    }

    func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        output(hidden(images.flattened(), mode).leakyReLU(), mode).reshaped(to: [images.shape[0]])
    }
}

extension ToyConfiguration {
    /// Noisy images around a brightness of 0.5.
    func batch(_ number: Int) -> Batch {
        Batch(
            images: Random(seed: 77, stream: UInt64(number)).normal(
                [training.batchSize, 1, 4, 4], mean: 0.5, deviation: 0.1),
            labels: [Int](repeating: 0, count: training.batchSize))
    }

    func task() -> AdversarialTask<ToyConfiguration> { AdversarialTask(self, batch: batch, name: "toy") }
}
