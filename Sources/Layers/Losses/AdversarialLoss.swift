import TensorCore

/// The losses of generator and discriminator, as functions of the discriminator's logits.
///
/// All losses are means over the batch, in forms that neither overflow nor lose precision, such as −log σ(x) =
/// softplus(−x). They can be differentiated twice.
public enum AdversarialLoss: String, Codable, CaseIterable, Sendable {
    /// Goodfellow et al. 2014, algorithm 1: the generator minimizes log(1 − D(G(z))).
    case minimax
    /// Goodfellow et al. 2014, section 3: the generator minimizes −log D(G(z)), whose gradient does not vanish while
    /// the discriminator wins.
    case nonSaturating
    /// Mao et al. 2017: ½(D(x) − 1)² + ½D(G(z))² against ½(D(G(z)) − 1)².
    case leastSquares
    /// Lim & Ye 2017, Miyato et al. 2018: max(0, 1 − D(x)) + max(0, 1 + D(G(z))) against −D(G(z)).
    case hinge
    /// Arjovsky et al. 2017: D(G(z)) − D(x) against −D(G(z)). Needs a gradient penalty.
    case wasserstein
    /// Jolicoeur-Martineau 2018: compares each image with the average image of the other kind, for both networks.
    case relativisticAverage
    /// Jolicoeur-Martineau 2018, Huang et al. 2024: compares each image with one image of the other kind, for both
    /// networks: softplus(D(G(z)) − D(x)) against softplus(D(x) − D(G(z))). Needs R1 and R2 penalties.
    case relativisticPairing

    /// Whether both losses compare real with generated images, so that the generator's needs the logits of real ones,
    /// and the discriminator's is no sum of one term for each.
    public var comparesWithReal: Bool { [.relativisticAverage, .relativisticPairing].contains(self) }

    /// The discriminator's loss, a scalar. `real` and `fake` are logits of any shape.
    public func discriminator(real: Tensor, fake: Tensor) -> Tensor {
        switch self {
        case .relativisticAverage:
            (fake.mean() - real).softplus().mean() + (fake - real.mean()).softplus().mean()
        case .relativisticPairing: (fake - real).softplus().mean()
        default: discriminator(real: real) + discriminator(fake: fake)
        }
    }

    /// The term of the discriminator's loss for real images. There is none where `comparesWithReal`.
    public func discriminator(real: Tensor) -> Tensor {
        switch self {
        case .minimax, .nonSaturating: (-real).softplus().mean()
        case .leastSquares: (real - 1).squared().mean().scaled(by: 0.5)
        case .hinge: (1 - real).relu().mean()
        case .wasserstein: -real.mean()
        case .relativisticAverage, .relativisticPairing: preconditionFailure("\(rawValue) compares both kinds")
        }
    }

    /// The term of the discriminator's loss for generated images. There is none where `comparesWithReal`.
    public func discriminator(fake: Tensor) -> Tensor {
        switch self {
        case .minimax, .nonSaturating: fake.softplus().mean()
        case .leastSquares: fake.squared().mean().scaled(by: 0.5)
        case .hinge: (1 + fake).relu().mean()
        case .wasserstein: fake.mean()
        case .relativisticAverage, .relativisticPairing: preconditionFailure("\(rawValue) compares both kinds")
        }
    }

    /// The generator's loss, a scalar.
    ///
    /// - Parameters:
    ///   - fake: logits of generated images.
    ///   - real: logits of real images, needed where `comparesWithReal`.
    public func generator(fake: Tensor, real: Tensor? = nil) -> Tensor {
        switch self {
        case .minimax: return -fake.softplus().mean()
        case .nonSaturating: return (-fake).softplus().mean()
        case .leastSquares: return (fake - 1).squared().mean().scaled(by: 0.5)
        case .hinge, .wasserstein: return -fake.mean()
        case .relativisticAverage, .relativisticPairing:
            guard let real else { preconditionFailure("\(rawValue): the generator's loss needs real logits") }
            if self == .relativisticPairing { return (real - fake).softplus().mean() }
            return (real - fake.mean()).softplus().mean() + (real.mean() - fake).softplus().mean()
        }
    }
}
