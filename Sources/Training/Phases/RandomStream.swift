import TensorCore

/// What a training draws random numbers for. Each purpose has a stream of the seed to itself, so that no drawing
/// depends on what else is drawn.
package enum RandomStream: Sendable, Hashable {
    /// Everything that a step draws. Steps are counted from 1.
    case step(Int)
    /// The first weights of the network that makes images, or of the only network.
    case generatorWeights
    /// The first weights of the discriminator.
    case discriminatorWeights
    /// The first weights of the generator that translates back.
    case returningGeneratorWeights
    /// The first weights of the discriminator of images that were translated back.
    case returningDiscriminatorWeights
    /// The latents that batch statistics are taken afresh with.
    case calibration
    /// The latents of sample sheets.
    case preview

    /// Steps count up from 1 and the others down from the end, so that they never meet. Latents and a second translator
    /// never occur in one training. These numbers decide the weights of runs that are resumed: they never change.
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
    /// The stream of a seed that is drawn from for a purpose.
    package convenience init(seed: UInt64, _ stream: RandomStream) { self.init(seed: seed, stream: stream.number) }
}
