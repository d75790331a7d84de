import TensorCore

/// What a network is being run for.
///
/// - `inference`: batch normalisation uses its running statistics, dropout passes everything on, the power iteration of
///   spectral normalisation rests. Parameters are read without their history: nothing is recorded for their sake, and
///   gradients flow to the inputs only.
/// - `training`: the opposite; whatever a layer draws, it draws from the given stream, in call order.
/// - `frozen`: as in training, but with parameters read as in inference. A generator learns through its discriminator
///   in this phase: gradients flow through it to the generator, and nothing is kept for the discriminator's own.
public enum Phase: Sendable {
    /// Use of a finished network.
    case inference
    /// Learning; draws come from the given stream.
    case training(Random)
    /// Learning of another network through this one; draws come from the given stream.
    case frozen(Random)

    /// Whether layers behave as in training: batch statistics, dropout.
    public var isTraining: Bool { random != nil }

    /// Where layers draw from; nil in inference.
    public var random: Random? {
        switch self {
        case .inference: nil
        case .training(let random), .frozen(let random): random
        }
    }

    /// Whether what is computed from parameters is recorded.
    public var recordsParameters: Bool {
        if case .training = self { return true }
        return false
    }
}
