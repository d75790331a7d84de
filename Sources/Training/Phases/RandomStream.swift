import TensorCore

/// The purposes of random numbers in a training. Each purpose has its own stream of the seed, so no draw depends on the
/// others.
package enum RandomStream: Sendable, Hashable {
    /// Everything that a step draws. Steps are counted from 1.
    case step(Int)
    /// The initial weights of the generator, or of the only network.
    case generatorWeights
    /// The initial weights of the discriminator.
    case discriminatorWeights
    /// The initial weights of the generator in the opposite direction.
    case returningGeneratorWeights
    /// The initial weights of the discriminator in the opposite direction.
    case returningDiscriminatorWeights
    /// The latent vectors for measuring batch statistics.
    case calibration
    /// The latents of sample sheets.
    case preview

    /// Steps count up from 1 and the others down from the end, so they never collide. Latent vectors and a second
    /// translator never occur in one training. Never change these numbers: they determine the weights of resumed runs.
    package var number: UInt64 {
        switch self {
        case .step(let number): UInt64(number)
        case .generatorWeights: .max
        case .discriminatorWeights: .max - 1
        case .returningGeneratorWeights, .calibration: .max - 2
        case .returningDiscriminatorWeights, .preview: .max - 3
        }
    }
}

extension Random {
    /// The random stream of a seed for a purpose.
    package convenience init(seed: UInt64, _ stream: RandomStream) { self.init(seed: seed, stream: stream.number) }
}
