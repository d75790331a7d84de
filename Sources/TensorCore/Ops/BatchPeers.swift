/// The processes that compute the other parts of a batch, each as large as this one. All of them call the same methods
/// in the same order.
package protocol BatchPeers: AnyObject, Sendable {
    /// This part of the batch.
    var share: Share { get }
    /// The sums over all parts, of equally many numbers from each.
    func sum(_ numbers: [Double]) -> [Double]
}

extension BatchPeers {
    /// How many parts the batch has, with this one.
    package var count: Int { share.count }

    /// Mean and variance of the whole batch from those of this part.
    func moments(_ part: (mean: Tensor, variance: Tensor)) -> (mean: Tensor, variance: Tensor) {
        let means = part.mean.values.map(Double.init)
        let squares = zip(means, part.variance.values).map { $0 * $0 + Double($1) }
        let sums = sum(means + squares).map { $0 / Double(count) }
        let variances = zip(sums, sums[means.count...]).map { max($1 - $0 * $0, 0) }
        let shape = part.mean.shape
        return (
            Tensor(sums[..<means.count].map { Float($0) }, shape: shape),
            Tensor(variances.map { Float($0) }, shape: shape)
        )
    }

    /// The gradient at x of a batch that is normalized as a whole, from that of a part on its own: the means that it is
    /// free of are those of the whole batch.
    ///
    /// - Parameters:
    ///   - x: the part, which has `size` values of each channel.
    ///   - own: the gradients of the part on its own.
    func gradient(
        at x: Tensor, from own: NormalizationGradients, mean: Tensor, inverseDeviation: Tensor, gamma: Tensor?,
        size: Int
    ) -> Tensor {
        let sums = (own.beta.values + own.gamma.values).map(Double.init)
        let channels = mean.count
        let excess = zip(sums, sum(sums)).map { ($0 - $1 / Double(count)) / Double(size) }
        let (means, deviations) = (mean.values, inverseDeviation.values)
        let gains = gamma?.values
        var scale = [Float](repeating: 0, count: channels)
        var shift = scale
        for channel in 0..<channels {
            let deviation = Double(deviations[channel])
            let factor = Double(gains?[channel] ?? 1) * deviation
            let slant = factor * deviation * excess[channels + channel]
            scale[channel] = Float(slant)
            shift[channel] = Float(factor * excess[channel] - slant * Double(means[channel]))
        }
        let backend = Tensor.backend(x, own.x)
        let correction = backend.channelAffine(
            x, scale: Tensor(scale, shape: [channels]), shift: Tensor(shift, shape: [channels]))
        return backend.sum(overwriting: correction, own.x)
    }
}

extension Tensor {
    /// The sum over all parts of a batch, which every part gets. Gradients are those of the sum of all parts' losses.
    package func summed(over peers: any BatchPeers) -> Tensor {
        let value = Tensor(peers.sum(values.map(Double.init)).map { Float($0) }, shape: shape)
        return .record(.sumOverPeers, value, inputs: [self]) { [$0.gradient.summed(over: peers)] }
    }

    /// The whole batch, which every part gets: the parts one after another along the first axis.
    package func joined(over peers: any BatchPeers) -> Tensor {
        let nothing = full(shape, 0)
        return Tensor.concatenated((0..<peers.count).map { $0 == peers.share.index ? self : nothing })
            .summed(over: peers)
    }
}
