import TensorCore

/// What a network is being run for, and in which arithmetic.
///
/// - `inference`: batch normalisation uses its running statistics, dropout passes everything on, the power iteration of
///   spectral normalisation rests. Parameters are read without their history: nothing is recorded for their sake, and
///   gradients flow to the inputs only.
/// - `training`: the opposite; whatever a layer draws, it draws from the given stream, in call order.
/// - `frozen`: as in training, but with parameters read as in inference. A generator learns through its discriminator
///   in this phase: gradients flow through it to the generator, and nothing is kept for the discriminator's own.
/// - `applied`: use of a finished network other than usual. With the picture's own statistics, batch normalisation
///   normalises every picture by its own mean and variance, as networks trained on single pictures expect; with noise,
///   dropout stays; with shared statistics, the parts of a large picture are normalised alike.
/// - `calibration`: takes the statistics of batches as training does, for weights that training did not have in this
///   form, such as averaged ones. Nothing is drawn and nothing is recorded, as in inference.
public struct Phase: Sendable {
    private enum Purpose {
        case inference
        case applied(pictureStatistics: Bool, shared: SharedStatistics.Use?, noise: Random?)
        case training(Random)
        case frozen(Random)
        case calibration
    }
    private let purpose: Purpose
    /// The arithmetic of convolutions and matrix products, forwards and backwards.
    public let precision: Precision

    /// Use of a finished network, in float32.
    public static var inference: Phase { Phase(purpose: .inference, precision: .float32) }
    /// Use of a finished network.
    public static func inference(_ precision: Precision) -> Phase { Phase(purpose: .inference, precision: precision) }
    /// Use of a finished network with statistics or noise other than usual.
    ///
    /// - Parameters:
    ///   - pictureStatistics: whether batch normalisation takes every picture's own statistics.
    ///   - shared: statistics that several pictures have in common, to be measured or to be used by whatever
    ///     normalises pictures by their own.
    ///   - noise: where dropout draws from; nil leaves it out.
    public static func applied(
        pictureStatistics: Bool, shared: SharedStatistics.Use? = nil, noise: Random?,
        _ precision: Precision = .float32
    ) -> Phase {
        Phase(
            purpose: .applied(pictureStatistics: pictureStatistics, shared: shared, noise: noise),
            precision: precision)
    }
    /// Learning; draws come from the given stream.
    public static func training(_ random: Random, _ precision: Precision = .float32) -> Phase {
        Phase(purpose: .training(random), precision: precision)
    }
    /// Learning of another network through this one; draws come from the given stream.
    public static func frozen(_ random: Random, _ precision: Precision = .float32) -> Phase {
        Phase(purpose: .frozen(random), precision: precision)
    }
    /// Gathering of batch statistics for finished weights.
    public static func calibration(_ precision: Precision = .float32) -> Phase {
        Phase(purpose: .calibration, precision: precision)
    }

    /// Whether layers take and keep what they learn from a batch: statistics, power iterations.
    public var isTraining: Bool {
        switch purpose {
        case .inference, .applied: false
        case .training, .frozen, .calibration: true
        }
    }

    /// Whether batch normalisation takes every picture's own statistics.
    public var usesPictureStatistics: Bool {
        if case .applied(let pictureStatistics, _, _) = purpose { return pictureStatistics }
        return false
    }

    /// What becomes of statistics that pictures have in common.
    public var sharedStatistics: SharedStatistics.Use? {
        if case .applied(_, let shared, _) = purpose { return shared }
        return nil
    }

    /// Where layers draw from; nil where nothing is drawn.
    public var random: Random? {
        switch purpose {
        case .inference, .calibration: nil
        case .applied(_, _, let noise): noise
        case .training(let random), .frozen(let random): random
        }
    }

    /// Whether what is computed from parameters is recorded.
    public var recordsParameters: Bool {
        if case .training = purpose { return true }
        return false
    }
}
