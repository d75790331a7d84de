import Layers
import Models
import TensorCore
import Training

/// The losses of a translator's networks.
public struct TranslationLosses: Codable, Sendable, Hashable {
    /// The adversarial loss.
    public var kind: AdversarialLoss = .nonSaturating
    /// λ of the mean absolute difference from the target.
    public var l1Weight: Float = 100
    /// Weight of the difference between the discriminator's activations (Wang et al. 2018); 0 is off.
    public var featureMatchingWeight: Float = 0
    /// Weight of the perceptual loss (Johnson et al. 2016); nil for none.
    public var perceptualWeight: Float?
    /// Weight of the loss against patterns that repeat every two or four pixels; nil is off.
    public var checkerboardWeight: Float?
    /// Weight of the cross-entropy of the scores of colors, for a generator with a palette; nil means 1.
    public var paletteWeight: Float?
    /// Weight of the loss against colors that vary within the regions of the drawing; nil is off.
    public var regionWeight: Float?
    /// Weight of the difference from the target on color hints and near them; nil is off.
    public var hintWeight: Float?
    /// Weight of the mean absolute difference between neighboring pixels; 0 is off.
    public var totalVariationWeight: Float = 0
    /// λ of WGAN-GP's penalty; 0 is off.
    public var gradientPenalty: Float = 0
    /// γ of the R1 penalty on true images; nil is off.
    public var r1Gamma: Double?
    /// γ of the R2 penalty on translated images; nil is off.
    public var r2Gamma: Double?
    /// Steps between R1 and R2 penalties; their weight is multiplied by this number. Nil means 16.
    public var r1Interval: Int?

    /// The paper's: logistic loss and 100 · L1.
    public init() {}

    /// Refuses weights with which no training is possible.
    func check() throws(ParameterError) {
        let weights: [(String, Double)] = [
            ("l1Weight", Double(l1Weight)), ("featureMatchingWeight", Double(featureMatchingWeight)),
            ("perceptualWeight", Double(perceptualWeight ?? 0)),
            ("checkerboardWeight", Double(checkerboardWeight ?? 0)), ("paletteWeight", Double(paletteWeight ?? 0)),
            ("regionWeight", Double(regionWeight ?? 0)), ("hintWeight", Double(hintWeight ?? 0)),
            ("totalVariationWeight", Double(totalVariationWeight)), ("gradientPenalty", Double(gradientPenalty)),
            ("r1Gamma", r1Gamma ?? 0), ("r2Gamma", r2Gamma ?? 0),
        ]
        for (name, weight) in weights { try ParameterError.check(name, weight, in: TrainingLimits.weight) }
        try ParameterError.check("r1Interval", r1Interval ?? 1, in: TrainingLimits.interval)
    }

    /// The discriminator's side of the game. Its loss is halved to slow it down.
    ///
    /// - Parameter augmentation: changes what it sees.
    func adversary(
        _ discriminator: any DiscriminatorEnsemble,
        augmentation: @escaping (Tensor, Random) -> Tensor = { images, _ in images }
    ) -> Adversary {
        var adversary = Adversary(kind) { DiscriminatorOutput(discriminator.activations($0, $1)) }
        adversary.augmentation = augmentation
        adversary.weight = 0.5
        adversary.penalties = penalties
        return adversary
    }

    private var penalties: GradientPenalties {
        var penalties = GradientPenalties()
        (penalties.r1Gamma, penalties.r2Gamma) = (r1Gamma ?? 0, r2Gamma ?? 0)
        penalties.interval = r1Interval ?? penalties.interval
        penalties.wganWeight = Double(gradientPenalty)
        return penalties
    }

    /// The mean absolute difference of all activations but the logits.
    static func featureMatching(real: DiscriminatorOutput, fake: DiscriminatorOutput) -> Tensor {
        let terms = zip(real.members, fake.members).flatMap { real, fake in
            zip(real.dropLast(), fake.dropLast()).map { l1Loss($1, $0.detached) }
        }
        return terms.dropFirst().reduce(terms[0], +).scaled(by: 1 / Float(terms.count))
    }

    /// The mean absolute difference between neighboring pixels, across and down.
    static func totalVariation(_ x: Tensor) -> Tensor {
        let (height, width) = (x.shape[2], x.shape[3])
        let across = x.slice(axis: 3, from: 1, count: width - 1) - x.slice(axis: 3, from: 0, count: width - 1)
        let down = x.slice(axis: 2, from: 1, count: height - 1) - x.slice(axis: 2, from: 0, count: height - 1)
        return across.absolute().mean() + down.absolute().mean()
    }
}
