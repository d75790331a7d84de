import Layers
import TensorCore

/// The update of a discriminator, which learns to tell true images from translated ones.
struct DiscriminatorUpdate {
    let discriminator: any DiscriminatorEnsemble
    let optimizer: any Optimizer
    let losses: TranslationLosses
    let precision: Precision
    /// By what the loss is multiplied.
    var weight: Float = 1

    /// What the update saw. No history is held on to.
    struct Outcome {
        let loss: Float
        let penalty: Float
        let real: [[Tensor]]
        let fake: [[Tensor]]
        let weights: [Tensor?]

        /// The share of true images taken for true, and of translated ones taken for translated.
        var accuracies: (real: Float, fake: Float) { (takenForTrue(real), 1 - takenForTrue(fake)) }

        private func takenForTrue(_ activations: [[Tensor]]) -> Float {
            activations.first.map { (TranslationLosses.logits($0) .> 0).mean().item } ?? 0
        }
    }

    func callAsFunction(real: Tensor, fake: Tensor, random: Random) -> Outcome {
        let mode = ForwardMode.training(random, precision)
        var judged = (real: discriminator.activations(real, mode), fake: discriminator.activations(fake, mode))
        var loss = losses.discriminator(real: judged.real, fake: judged.fake)
        if weight != 1 { loss = loss.scaled(by: weight) }
        let value = loss.item
        var penalty: Float = 0
        if losses.gradientPenalty > 0 {
            let term = wganGradientPenalty(real: real, fake: fake, random: random) { images in
                discriminator.activations(images, mode)
                    .map { TranslationLosses.logits($0).mean(axes: [1, 2, 3]) }.reduce(Tensor(0), +)
            }
            penalty = term.item
            loss = loss + term.scaled(by: losses.gradientPenalty)
        }
        // Only the loss holds on to the histories now: they are released while they are walked.
        judged = (detached(judged.real), detached(judged.fake))
        let weights = gradients(of: consume loss, at: optimizer.values)
        optimizer.update(weights)
        return Outcome(loss: value, penalty: penalty, real: judged.real, fake: judged.fake, weights: weights)
    }

    private func detached(_ activations: [[Tensor]]) -> [[Tensor]] { activations.map { $0.map(\.detached) } }
}
