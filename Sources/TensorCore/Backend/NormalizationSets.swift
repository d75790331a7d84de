/// The sets of values that are normalized together.
package enum NormalizationSets: Sendable, Hashable {
    /// The values of a channel, over the batch and all pixels.
    case channels
    /// The values of a channel of one sample, over its pixels.
    case channelsOfSamples
    /// Every run of this many values in row-major order.
    case rows(width: Int)

    /// How many sets there are.
    package func count(in shape: Shape) -> Int {
        switch self {
        case .channels: shape.rank > 1 ? shape[1] : shape.count
        case .channelsOfSamples: shape[0] * shape[1]
        case .rows(let width): shape.count / max(width, 1)
        }
    }

    /// How many values are normalized together.
    package func size(in shape: Shape) -> Int {
        if case .rows(let width) = self { return width }
        return shape.count / max(count(in: shape), 1)
    }
}

/// The numbers that turn the input of a normalization into its result, one for each set: z = scale · x + shift. If
/// there are weights, they multiply negative z.
package struct NormalizationNumbers: Sendable {
    package let scale: Tensor
    package let shift: Tensor
    package let weights: Tensor?

    package init(scale: Tensor, shift: Tensor, weights: Tensor?) {
        (self.scale, self.shift, self.weights) = (scale, shift, weights)
    }
}

/// The gradients of a normalization at x, and of every set at gamma, beta and the weights.
package struct NormalizationGradients {
    package let x: Tensor
    package let gamma: Tensor
    package let beta: Tensor
    package let weights: Tensor?

    package init(x: Tensor, gamma: Tensor, beta: Tensor, weights: Tensor?) {
        (self.x, self.gamma, self.beta, self.weights) = (x, gamma, beta, weights)
    }
}
