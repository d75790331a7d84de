import TensorCore

/// The purpose of a forward pass, and its precision.
///
/// - `inference`: batch normalization uses its running statistics, dropout does nothing, and spectral normalization
///   does no power iteration. Operations on parameters are not recorded, so gradients flow to the inputs only.
/// - `training`: the opposite. Layers draw random numbers from the given stream, in call order.
/// - `frozen`: as in training, but with parameters read as in inference. A generator learns through its discriminator
///   in this mode: gradients flow through it to the generator, and nothing is kept for the discriminator's own.
/// - `applied`: unusual use of a trained network. With image statistics, batch normalization normalizes every image by
///   its own mean and variance, as networks trained on single images expect. With noise, dropout stays on. With shared
///   statistics, all tiles of a large image use the same mean and variance.
/// - `calibration`: measures batch statistics as in training, for weights that training did not use in this form, such
///   as averaged weights. As in inference, nothing is drawn and nothing is recorded.
///
/// In every mode, images may repeat (``wrapping(_:)``): layers then find no border, but the opposite side. A network
/// runs seamlessly only if each of its parts does, so a network passes its mode to all layers, and ``wrapping`` to all
/// operations that look at neighboring pixels.
public struct ForwardMode: Sendable {
    private enum Purpose {
        case inference
        case applied(imageStatistics: Bool, shared: SharedStatistics.Use?, noise: Random?)
        case training(Random)
        case frozen(Random)
        case calibration
    }
    private let purpose: Purpose
    /// The precision of convolutions and matrix products, forward and backward.
    public let precision: Precision
    /// The axes along which images repeat.
    public private(set) var wrapping = Wrapping.neither
    /// Who computes the other parts of the batch, if batch normalization shall use the statistics of all parts.
    package private(set) var peers: (any BatchPeers)?

    private init(purpose: Purpose, precision: Precision) { (self.purpose, self.precision) = (purpose, precision) }

    /// The same mode for images that repeat along some axes.
    public func wrapping(_ axes: Wrapping) -> ForwardMode {
        var mode = self
        mode.wrapping = axes
        return mode
    }

    /// The same mode for a part of a batch whose statistics are those of all parts; nil for a batch on its own.
    package func together(with peers: (any BatchPeers)?) -> ForwardMode {
        var mode = self
        mode.peers = peers
        return mode
    }

    /// Inference in float32.
    public static var inference: ForwardMode { ForwardMode(purpose: .inference, precision: .float32) }
    /// Inference.
    public static func inference(_ precision: Precision) -> ForwardMode {
        ForwardMode(purpose: .inference, precision: precision)
    }
    /// Inference with unusual statistics or noise.
    ///
    /// - Parameters:
    ///   - imageStatistics: whether batch normalization uses the statistics of each image.
    ///   - shared: statistics that several images share, to be measured or used by layers that normalize each image by
    ///     its own statistics.
    ///   - noise: the random stream of dropout; nil turns dropout off.
    package static func applied(
        imageStatistics: Bool, shared: SharedStatistics.Use? = nil, noise: Random?,
        _ precision: Precision = .float32
    ) -> ForwardMode {
        ForwardMode(
            purpose: .applied(imageStatistics: imageStatistics, shared: shared, noise: noise),
            precision: precision)
    }
    /// Training; random numbers come from the given stream.
    public static func training(_ random: Random, _ precision: Precision = .float32) -> ForwardMode {
        ForwardMode(purpose: .training(random), precision: precision)
    }
    /// Training of another network through this one; random numbers come from the given stream.
    public static func frozen(_ random: Random, _ precision: Precision = .float32) -> ForwardMode {
        ForwardMode(purpose: .frozen(random), precision: precision)
    }
    /// Measuring batch statistics for finished weights.
    public static func calibration(_ precision: Precision = .float32) -> ForwardMode {
        ForwardMode(purpose: .calibration, precision: precision)
    }

    /// Whether layers update their state from the batch: statistics, singular vectors.
    public var isTraining: Bool {
        switch purpose {
        case .inference, .applied: false
        case .training, .frozen, .calibration: true
        }
    }

    /// Whether batch normalization uses the statistics of each image.
    package var usesImageStatistics: Bool {
        if case .applied(let imageStatistics, _, _) = purpose { return imageStatistics }
        return false
    }

    /// How shared statistics are used.
    package var sharedStatistics: SharedStatistics.Use? {
        if case .applied(_, let shared, _) = purpose { return shared }
        return nil
    }

    /// The random stream of layers; nil if nothing is drawn.
    public var random: Random? {
        switch purpose {
        case .inference, .calibration: nil
        case .applied(_, _, let noise): noise
        case .training(let random), .frozen(let random): random
        }
    }

    /// Whether operations on parameters are recorded.
    public var recordsParameters: Bool {
        if case .training = purpose { return true }
        return false
    }
}
