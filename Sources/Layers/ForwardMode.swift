import TensorCore

/// What a network is being run for, and in which arithmetic.
///
/// - `inference`: batch normalization uses its running statistics, dropout passes everything on, the power iteration of
///   spectral normalization rests. Parameters are read without their history: nothing is recorded for their sake, and
///   gradients flow to the inputs only.
/// - `training`: the opposite; whatever a layer draws, it draws from the given stream, in call order.
/// - `frozen`: as in training, but with parameters read as in inference. A generator learns through its discriminator
///   in this mode: gradients flow through it to the generator, and nothing is kept for the discriminator's own.
/// - `applied`: use of a finished network other than usual. With the image's own statistics, batch normalization
///   normalizes every image by its own mean and variance, as networks trained on single images expect; with noise,
///   dropout stays; with shared statistics, the parts of a large image are normalized alike.
/// - `calibration`: takes the statistics of batches as training does, for weights that training did not have in this
///   form, such as averaged ones. Nothing is drawn and nothing is recorded, as in inference.
public struct ForwardMode: Sendable {
    private enum Purpose {
        case inference
        case applied(imageStatistics: Bool, shared: SharedStatistics.Use?, noise: Random?)
        case training(Random)
        case frozen(Random)
        case calibration
    }
    private let purpose: Purpose
    /// The arithmetic of convolutions and matrix products, forwards and backwards.
    public let precision: Precision

    /// Use of a finished network, in float32.
    public static var inference: ForwardMode { ForwardMode(purpose: .inference, precision: .float32) }
    /// Use of a finished network.
    public static func inference(_ precision: Precision) -> ForwardMode { ForwardMode(purpose: .inference, precision: precision) }
    /// Use of a finished network with statistics or noise other than usual.
    ///
    /// - Parameters:
    ///   - imageStatistics: whether batch normalization takes every image's own statistics.
    ///   - shared: statistics that several images have in common, to be measured or to be used by whatever
    ///     normalizes images by their own.
    ///   - noise: where dropout draws from; nil leaves it out.
    public static func applied(
        imageStatistics: Bool, shared: SharedStatistics.Use? = nil, noise: Random?,
        _ precision: Precision = .float32
    ) -> ForwardMode {
        ForwardMode(
            purpose: .applied(imageStatistics: imageStatistics, shared: shared, noise: noise),
            precision: precision)
    }
    /// Learning; draws come from the given stream.
    public static func training(_ random: Random, _ precision: Precision = .float32) -> ForwardMode {
        ForwardMode(purpose: .training(random), precision: precision)
    }
    /// Learning of another network through this one; draws come from the given stream.
    public static func frozen(_ random: Random, _ precision: Precision = .float32) -> ForwardMode {
        ForwardMode(purpose: .frozen(random), precision: precision)
    }
    /// Gathering of batch statistics for finished weights.
    public static func calibration(_ precision: Precision = .float32) -> ForwardMode {
        ForwardMode(purpose: .calibration, precision: precision)
    }

    /// Whether layers take and keep what they learn from a batch: statistics, power iterations.
    public var isTraining: Bool {
        switch purpose {
        case .inference, .applied: false
        case .training, .frozen, .calibration: true
        }
    }

    /// Whether batch normalization takes every image's own statistics.
    public var usesImageStatistics: Bool {
        if case .applied(let imageStatistics, _, _) = purpose { return imageStatistics }
        return false
    }

    /// What becomes of statistics that images have in common.
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
