import TensorCore

/// What a network is being run for.
///
/// - `inference`: batch normalisation uses its running statistics, dropout passes everything on, the power iteration of
///   spectral normalisation rests. Parameters are read without their history: nothing is recorded for their sake, and
///   gradients flow to the inputs only.
/// - `training`: the opposite; whatever a layer draws, it draws from the given stream, in call order.
public enum Phase: Sendable {
    /// Use of a finished network.
    case inference
    /// Learning; draws come from the given stream.
    case training(Random)

    /// Whether this is training.
    public var isTraining: Bool {
        if case .training = self { return true }
        return false
    }
}
