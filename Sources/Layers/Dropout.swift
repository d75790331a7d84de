import TensorCore

/// In training, drops every value with the given probability and scales the rest by 1 / (1 − probability) (Srivastava
/// et al. 2014). In inference, returns its input.
public final class Dropout: Layer {
    private let probability: Float
    private let dropsChannels: Bool

    /// - Parameters:
    ///   - probability: the probability of dropping a value, 0 ..< 1.
    ///   - wholeChannels: drop whole channels of `[N, C, …]` together (Tompson et al. 2015).
    public init(_ probability: Float = 0.5, wholeChannels: Bool = false) {
        precondition((0..<1).contains(probability), "Dropout: probability \(probability)")
        self.probability = probability
        dropsChannels = wholeChannels
    }

    /// A tensor of any shape; in inference it is returned as it is.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        guard let random = mode.random, probability > 0 else { return x }
        let drawn =
            dropsChannels
            ? Shape(x.shape.dimensions.enumerated().map { $0 < 2 ? $1 : 1 }) : x.shape
        let kept = random.uniform(drawn) .>= probability
        return x * kept.scaled(by: 1 / (1 - probability))
    }
}
