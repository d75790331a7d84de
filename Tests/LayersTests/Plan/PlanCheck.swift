import TensorCore
import Testing

@testable import Layers

/// A plan beside the pass that it was made from.
struct PlanCheck {
    let plan: InferencePlan
    /// The largest difference, as a part of the range of the eager result.
    let error: Float

    init(_ shape: Shape, seed: UInt64 = 7, _ forward: (Tensor) -> Tensor) {
        let x = Random(seed: seed).uniform(shape, in: -1..<1)
        let expected = forward(x)
        plan = InferencePlan([shape]) { forward($0[0]) }
        let found = plan([x])
        let again = plan([x])
        let values = expected.values
        let range = max((values.max() ?? 0) - (values.min() ?? 0), 1e-6)
        if found.shape == expected.shape && again.values == found.values {
            error = zip(found.values, values).reduce(0) { max($0, abs($1.0 - $1.1)) } / range
        } else {
            error = .infinity
        }
    }

    /// How many steps of the plan have all the given words in their description.
    func count(_ words: String...) -> Int {
        plan.listing.filter { line in words.allSatisfy { line.contains($0) } }.count
    }

    var stepCount: Int { plan.statistics.instructions }
}
