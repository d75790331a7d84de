import TensorCore

/// One line of the gradient table: an operation of the public interface on inputs of given shapes, and what it must
/// compute, written independently in doubles.
package struct OperationRow: Sendable, CustomStringConvertible {
    /// The public name, as declared in Sources/TensorCore/Ops.
    package let operation: String
    package let variant: String
    package let inputs: [(shape: [Int], values: TestValues)]
    package let tolerance: Double
    package let engine: DerivativeCheck.Engine
    let reference: DerivativeCheck.Reference

    init(
        _ operation: String, _ variant: String = "", _ inputs: [(shape: [Int], values: TestValues)],
        tolerance: Double = 1e-4, _ engine: @escaping DerivativeCheck.Engine,
        _ reference: @escaping DerivativeCheck.Reference
    ) {
        self.operation = operation
        self.variant = variant
        self.inputs = inputs
        self.tolerance = tolerance
        self.engine = engine
        self.reference = reference
    }

    package var description: String {
        ([operation] + (variant.isEmpty ? [] : [variant]) + inputs.map { "\($0.shape)" }).joined(separator: " ")
    }

    package var check: DerivativeCheck {
        DerivativeCheck(
            inputs: inputs.enumerated().map { $1.values.array(shape: $1.shape, seed: UInt64($0 + 1)) },
            tolerance: tolerance, engine: engine, reference: reference)
    }

    /// Every way to choose which of the images among the inputs lie channels-last.
    package var layouts: [[Bool]] {
        inputs.reduce([[]]) { choices, input in
            choices.flatMap { choice in (input.shape.count == 4 ? [false, true] : [false]).map { choice + [$0] } }
        }
    }
}

/// Ranks 0 to 6, with extents of 1 in all places.
let tableShapes: [[Int]] = [
    [], [5], [3, 1], [1, 4], [2, 3, 2], [2, 3, 2, 3], [2, 3, 1, 1], [2, 1, 3, 2], [1, 2, 1, 3, 2], [2, 1, 2, 1, 2, 2],
]

/// Pairs of shapes that repeat each other, either way round and both at once.
let broadcastPairs: [([Int], [Int])] = [
    ([], []), ([4], []), ([], [2, 2]), ([3, 4], [3, 4]), ([3, 4], [4]), ([3, 4], [3, 1]), ([3, 1], [1, 4]),
    ([1], [2, 3]), ([2, 3, 2, 3], [2, 3, 2, 3]), ([2, 3, 2, 3], [3, 1, 1]), ([2, 3, 2, 3], [1, 3, 1, 1]),
    ([2, 3, 1, 1], [2, 3, 2, 3]), ([2, 3, 2, 3], [2, 1, 2, 3]), ([1, 3, 2, 3], [2, 1, 1, 1]),
    ([2, 3, 2, 3], [1, 3, 2, 3]), ([2, 1, 2, 1, 3], [3, 1, 2, 1]), ([1, 2, 1, 2, 1, 2], [2, 1, 3, 2, 1, 1]),
    ([2, 3, 2, 2], [2, 1, 1, 1, 1]),
]

/// Everything within reach of 0.
let anywhere = TestValues.spread(-1.5...1.5)
/// Positive and clear of 0.
let positive = TestValues.spread(0.4...2)
