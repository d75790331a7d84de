import TensorCore

/// Adds a channel that tells a discriminator how much the images of a batch differ (Karras et al. 2018), so that it
/// detects a generator that always makes the same image: `[N, C, H, W] → [N, C + 1, H, W]`.
///
/// The batch is divided into N / group groups; the added channel holds the standard deviation over the group, averaged
/// over channels and pixels.
public final class MinibatchStandardDeviation: Layer {
    private let group: Int

    /// - Parameter group: how many images are compared; the largest divisor of the batch not above it is used.
    public init(group: Int = 4) {
        precondition(group > 0, "MinibatchStandardDeviation: groups of \(group)")
        self.group = group
    }

    /// `[N, C, H, W] → [N, C + 1, H, W]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        guard let peers = mode.peers else { return Tensor.concatenated([x, deviations(of: x)], axis: 1) }
        return Tensor.concatenated([x, deviations(of: x.joined(over: peers)).part(peers.share)], axis: 1)
    }

    /// `[N, C, H, W] → [N, 1, H, W]`.
    private func deviations(of x: Tensor) -> Tensor {
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let size = (1...max(1, min(group, n))).last { n % $0 == 0 } ?? 1
        let groups = n / size
        let deviation = (x.reshaped(to: [size, groups, c * h * w]).variance(axes: [0]) + 1e-8).squareRoot()
        return deviation.mean(axes: [1]).reshaped(to: [1, groups, 1, 1, 1])
            .broadcast(to: [size, groups, 1, h, w]).reshaped(to: [n, 1, h, w])
    }
}
