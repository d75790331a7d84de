import Layers

/// The normalization of activations in a translation network.
public enum NormalizationKind: String, Codable, Sendable, CaseIterable {
    /// Over the batch, with learned scales; the convolution before it has no bias.
    case batch
    /// Over each image, without learned scales; the convolution before it has a bias, as in public checkpoints.
    case instance

    func layer(_ channels: Int) -> any Layer {
        switch self {
        case .batch: BatchNorm(channels)
        case .instance: InstanceNorm(channels)
        }
    }

    var leavesBias: Bool { self == .instance }
}
