import Layers
import TensorCore

/// What the two networks of a translator play for. Judgements are the activations of one or several patch
/// discriminators, each with its logits at the end.
public struct TranslationLosses: Codable, Sendable, Hashable {
    /// The adversarial loss.
    public var kind: AdversarialLoss = .nonSaturating
    /// λ of the mean absolute difference from the target.
    public var l1Weight: Float = 100
    /// Weight of the difference between the discriminator's activations (Wang et al. 2018); 0 is off.
    public var featureMatchingWeight: Float = 0
    /// Weight of the difference in the eyes of a perceptual network (Johnson et al. 2016); nil without one.
    public var perceptualWeight: Float?
    /// Weight of patterns that repeat every two or four pixels; nil is off.
    public var checkerboardWeight: Float?
    /// Weight of the mean absolute difference between neighboring pixels; 0 is off.
    public var totalVariationWeight: Float = 0
    /// λ of WGAN-GP's penalty; 0 is off.
    public var gradientPenalty: Float = 0

    /// The paper's: logistic loss and 100 · L1.
    public init() {}

    /// The discriminator's loss, halved to slow it down beside the generator; the mean over all judges.
    func discriminator(real: [[Tensor]], fake: [[Tensor]]) -> Tensor {
        mean(zip(real, fake).map { kind.discriminator(real: Self.logits($0), fake: Self.logits($1)) }).scaled(by: 0.5)
    }

    /// The generator's adversarial loss, the mean over all judges.
    ///
    /// - Parameter real: needed where the loss compares with true images.
    func adversarial(real: [[Tensor]]?, fake: [[Tensor]]) -> Tensor {
        mean(
            fake.enumerated().map { number, fake in
                kind.generator(
                    fake: Self.logits(fake),
                    real: kind.comparesWithReal ? real.map { Self.logits($0[number]).detached } : nil)
            })
    }

    /// All that the generator minimizes.
    func generator(
        adversarial: Tensor, distance: Tensor, real: [[Tensor]], fake: [[Tensor]], translated: Tensor
    ) -> Tensor {
        var loss = adversarial + distance.scaled(by: l1Weight)
        if featureMatchingWeight > 0 {
            loss = loss + featureMatching(real: real, fake: fake).scaled(by: featureMatchingWeight)
        }
        if totalVariationWeight > 0 {
            loss = loss + Self.totalVariation(translated).scaled(by: totalVariationWeight)
        }
        return loss
    }

    /// The mean absolute difference of all activations but the logits.
    func featureMatching(real: [[Tensor]], fake: [[Tensor]]) -> Tensor {
        mean(
            zip(real, fake).flatMap { real, fake in
                zip(real.dropLast(), fake.dropLast()).map { l1Loss($1, $0.detached) }
            })
    }

    /// The mean absolute difference between neighboring pixels, across and down.
    static func totalVariation(_ x: Tensor) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let across = x.slice(axis: 3, from: 1, count: width - 1) - x.slice(axis: 3, from: 0, count: width - 1)
        let down = x.slice(axis: 2, from: 1, count: height - 1) - x.slice(axis: 2, from: 0, count: height - 1)
        return across.absolute().mean() + down.absolute().mean()
    }

    /// A judge's last answer.
    static func logits(_ output: [Tensor]) -> Tensor { output[output.count - 1] }

    private func mean(_ terms: [Tensor]) -> Tensor {
        terms.dropFirst().reduce(terms[0], +).scaled(by: 1 / Float(terms.count))
    }
}
