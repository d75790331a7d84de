import TensorCore

/// Gradients against central differences of the engine's own float32 values, for compositions that have no
/// double-precision reference. Losses are summed in double, so the step's rounding is all that is lost.
package enum FiniteDifferences {
    package typealias Function = ([Tensor]) -> Tensor

    /// The largest error of the first-order gradients of Σ p · f, relative to the largest gradient (or 1), over random
    /// directions. Inputs must lie further from kinks than `step`.
    package static func firstOrderError(
        of function: Function, at inputs: [Tensor], step: Float = 1.0 / 64, directions: Int = 6
    ) -> Double {
        let projection = random(function(inputs).shape, seed: 1)
        let leaves = inputs.map { $0.requiringGradient() }
        let weights = gradients(of: (function(leaves) * projection).sum(), at: leaves)
        return worst(weights, inputs, step, directions) { function($0).dot(projection) }
    }

    /// The same for the second order: the gradients of s = Σ r · ∇(Σ p · f), recorded with `createGraph`, against
    /// differences of the first-order gradients.
    package static func secondOrderError(
        of function: Function, at inputs: [Tensor], step: Float = 1.0 / 64, directions: Int = 6
    ) -> Double {
        let projection = random(function(inputs).shape, seed: 1)
        let probe = inputs.enumerated().map { random($1.shape, seed: 50 + UInt64($0)) }
        let leaves = inputs.map { $0.requiringGradient() }
        let first = gradients(of: (function(leaves) * projection).sum(), at: leaves, createGraph: true)
        let s = zip(first, probe).reduce(Tensor(0)) { sum, pair in pair.0.map { sum + ($0 * pair.1).sum() } ?? sum }
        return worst(gradients(of: s, at: leaves), inputs, step, directions) { moved in
            let leaves = moved.map { $0.requiringGradient() }
            let weights = gradients(of: (function(leaves) * projection).sum(), at: leaves)
            return zip(weights, probe).reduce(0) { sum, pair in pair.0.map { sum + $0.dot(pair.1) } ?? sum }
        }
    }

    private static func worst(
        _ weights: [Tensor?], _ inputs: [Tensor], _ step: Float, _ directions: Int, _ value: ([Tensor]) -> Double
    ) -> Double {
        let scale = weights.reduce(1.0) { $1?.values.reduce($0) { max($0, Double(abs($1))) } ?? $0 }
        return (0..<directions).reduce(0) { worst, direction in
            let d = inputs.enumerated().map { random($1.shape, seed: UInt64(1000 * (direction + 1) + $0)) }
            let ahead = zip(inputs, d).map { $0 + $1 * step }
            let behind = zip(inputs, d).map { $0 - $1 * step }
            let numeric = (value(ahead) - value(behind)) / Double(2 * step)
            let exact = zip(weights, d).reduce(0.0) { sum, pair in pair.0.map { sum + $0.dot(pair.1) } ?? sum }
            return max(worst, abs(exact - numeric) / max(scale, abs(numeric)))
        }
    }

    private static func random(_ shape: Shape, seed: UInt64) -> Tensor {
        let array = TestValues.spread(-1...1).array(shape: shape.dimensions, seed: seed)
        return Tensor(array.values.map(Float.init), shape: shape)
    }
}
