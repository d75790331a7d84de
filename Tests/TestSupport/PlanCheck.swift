import InferencePlan
import Layers
import TensorCore

/// A plan beside the pass that it was made from.
package struct PlanCheck {
    package let plan: InferencePlan
    /// The largest difference, as a part of the range of the eager result; infinite when a second run gives another.
    package let error: Float

    package init(_ shape: Shape, seed: UInt64 = 7, _ forward: (Tensor) -> Tensor) {
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
    package func count(_ words: String...) -> Int {
        plan.listing.filter { line in words.allSatisfy { line.contains($0) } }.count
    }

    package var stepCount: Int { plan.statistics.instructions }
}

/// Statistics and scales of every batch norm as training leaves them, so that folding them matters.
package func unsettle(_ network: any Module, seed: UInt64 = 11) {
    let random = Random(seed: seed)
    for (name, state) in network.stateTensors {
        state.assign(
            name.hasSuffix("running_var")
                ? random.uniform(state.shape, in: 0.3..<2) : random.normal(state.shape, deviation: 0.2))
    }
    for (name, parameter) in network.parameters where parameter.shape.rank == 1 {
        parameter.assign(
            name.hasSuffix("weight")
                ? random.uniform(parameter.shape, in: 0.2..<1.5) : random.normal(parameter.shape, deviation: 0.2))
    }
}
