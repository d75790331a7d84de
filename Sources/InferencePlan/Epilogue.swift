import TensorCore

/// What is computed from a number s of channel c before it is stored: `scale · activation(multipliers[c] · s + bias[c])
/// + Σ added[i] · operand[i]`.
struct Epilogue: Sendable {
    /// One factor per channel; nil for 1.
    var multipliers: Tensor?
    /// One value per channel; nil for 0.
    var bias: Tensor?
    /// With `prelu`, one weight for each channel.
    var activation = Activation.none
    var scale: Float = 1
    /// The factor of each array that is added.
    var added: [Float] = []

    /// The most arrays that can be added.
    static let addedLimit = 2

    private var isLinear: Bool {
        if case .none = activation { return true }
        return false
    }

    /// Whether it is a weighted sum, in which the first array is like the others.
    var isWeightedSum: Bool { multipliers == nil && bias == nil && isLinear }

    /// The factor of negative values if the epilogue is only a relu (0) or a leaky relu.
    var rectifiedSlope: Float? {
        guard multipliers == nil, bias == nil, scale == 1, added.isEmpty else { return nil }
        switch activation {
        case .relu: return 0
        case .leakyReLU(let slope) where slope >= 0: return slope
        default: return nil
        }
    }

    /// This epilogue followed by another, as one epilogue; nil if that is not possible.
    func followed(by next: Epilogue, channels: Int) -> Epilogue? {
        isLinear && added.isEmpty ? affineMap(then: next, channels: channels) : function(then: next)
    }

    /// s ↦ scale · (m·s + b), and then the other.
    private func affineMap(then next: Epilogue, channels: Int) -> Epilogue {
        var result = next
        if next.isWeightedSum {
            (result.multipliers, result.bias) = (multipliers, bias)
            result.scale = scale * next.scale
            return result
        }
        var factors = next.multipliers
        if let multipliers { factors = factors.map { $0 * multipliers } ?? multipliers }
        if scale != 1 { factors = factors?.scaled(by: scale) ?? .full([channels], scale) }
        result.multipliers = factors
        if let bias {
            let moved = next.multipliers.map { bias.scaled(by: scale) * $0 } ?? bias.scaled(by: scale)
            result.bias = next.bias.map { moved + $0 } ?? moved
        }
        return result
    }

    private func function(then next: Epilogue) -> Epilogue? {
        guard next.multipliers == nil, next.bias == nil, added.count + next.added.count <= Self.addedLimit else {
            return nil
        }
        var result = self
        switch (activation, next.activation) {
        case (_, .none): break
        case (.relu, .relu), (.leakyReLU, .relu):
            // The sign of a leaky relu is that of its argument.
            guard added.isEmpty, scale > 0 else { return nil }
            result.activation = .relu
        default: return nil
        }
        result.scale *= next.scale
        result.added = added.map { $0 * next.scale } + next.added
        return result
    }

    /// The epilogue with the first array and another one swapped; for weighted sums.
    func exchangingFirst(with other: Int) -> Epilogue {
        var result = self
        result.scale = added[other]
        result.added[other] = scale
        return result
    }
}
