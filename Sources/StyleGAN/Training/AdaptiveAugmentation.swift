import Models
import TensorCore
import Training

/// How strongly the discriminator's images are augmented (Karras et al. 2020, “Training generative adversarial networks
/// with limited data”).
package struct AdaptiveAugmentationSettings: Codable, Sendable, Hashable {
    /// The mean sign of the discriminator's logits of real images at which it is considered to overfit; 0 turns adaptive
    /// augmentation off.
    package var target = 0.6
    /// Steps from one adjustment of the probability to the next.
    package var interval = 4
    /// Images over which the probability can rise from 0 to 1. The paper has 500,000; trainings without a GPU are shorter.
    package var images = 100_000
    /// The kinds of augmentation.
    package var kinds = AugmentationKind.usual

    /// The paper's, but faster.
    package init() {}

    func check() throws(ParameterError) {
        try ParameterError.check("target", target, in: 0...1)
        try ParameterError.check("interval", interval, in: 1...1_000_000_000)
        try ParameterError.check("images", images, in: 1...1_000_000_000_000)
    }
}

/// Augments what a discriminator sees with a probability that follows how much it overfits: where real images get
/// positive logits too often, the probability rises, otherwise it falls.
struct AdaptiveAugmentation {
    private let settings: AdaptiveAugmentationSettings
    /// The probability of each augmentation.
    private(set) var probability = 0.0
    private var signs = (sum: 0.0, images: 0)

    init(_ settings: AdaptiveAugmentationSettings) { self.settings = settings }

    /// Whether there is any augmentation.
    var isOn: Bool { settings.target > 0 }

    /// Augmented images.
    func callAsFunction(_ images: Tensor, _ random: Random) -> Tensor {
        guard isOn, probability > 0 else { return images }
        return AugmentationPipe(Set(settings.kinds), probability: probability)(images, random)
    }

    /// The sum of the signs of logits.
    static func signs(of logits: Tensor) -> Double {
        logits.values.reduce(0) { $0 + ($1 > 0 ? 1 : $1 < 0 ? -1 : 0) }
    }

    /// Takes notice of the logits of real images, and adjusts the probability in every `interval`th step.
    ///
    /// - Parameter shards: the step, the sum of the signs, and the number of images, for each shard of the batch.
    mutating func observe(_ shards: [[Double]]) {
        guard isOn, let step = shards.first?.first else { return }
        for shard in shards {
            signs.sum += shard[1]
            signs.images += Int(shard[2])
        }
        guard Int(step) % settings.interval == 0 else { return }
        let mean = signs.sum / Double(max(signs.images, 1))
        let change = Double(signs.images) / Double(settings.images)
        probability = max(probability + (mean > settings.target ? change : mean < settings.target ? -change : 0), 0)
        signs = (0, 0)
    }

    func add(to state: inout TrainingState) {
        state.numbers["augmentation.probability"] = probability
        state.numbers["augmentation.signs"] = signs.sum
        state.numbers["augmentation.images"] = Double(signs.images)
    }

    mutating func restore(_ state: TrainingState) throws(ParameterError) {
        guard let probability = state.numbers["augmentation.probability"], probability >= 0, probability.isFinite,
            let sum = state.numbers["augmentation.signs"], sum.isFinite
        else { throw ParameterError("augmentation.probability or augmentation.signs is missing") }
        self.probability = probability
        signs = (sum, try state.count("augmentation.images"))
    }
}
