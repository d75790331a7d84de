import Foundation
import TensorCore

package enum FunctionRows {
    package static let all: [OperationRow] = tableShapes.flatMap { shape -> [OperationRow] in
        smooth(shape) + kinked(shape)
    }

    private static func smooth(_ shape: [Int]) -> [OperationRow] {
        func row(
            _ name: String, _ values: TestValues, _ engine: @escaping @Sendable (Tensor) -> Tensor,
            _ reference: @escaping @Sendable (Double) -> Double
        ) -> OperationRow {
            OperationRow(name, "", [(shape, values)], { engine($0[0]) }, { $0[0].map(reference) })
        }
        return [
            row("squared", anywhere, { $0.squared() }, { $0 * $0 }),
            row("squareRoot", positive, { $0.squareRoot() }, { $0.squareRoot() }),
            row("reciprocal", positive, { $0.reciprocal() }, { 1 / $0 }),
            row("exp", anywhere, { $0.exp() }, { Foundation.exp($0) }),
            row("log", positive, { $0.log() }, { Foundation.log($0) }),
            row("sin", anywhere, { $0.sin() }, { Foundation.sin($0) }),
            row("cos", anywhere, { $0.cos() }, { Foundation.cos($0) }),
            row("tanh", anywhere, { $0.tanh() }, { Foundation.tanh($0) }),
            row("sigmoid", anywhere, { $0.sigmoid() }, { 1 / (1 + Foundation.exp(-$0)) }),
            row("softplus", anywhere, { $0.softplus() }, { Foundation.log(1 + Foundation.exp($0)) }),
        ]
    }

    /// Each is followed by a square, so that its second order is not zero everywhere.
    private static func kinked(_ shape: [Int]) -> [OperationRow] {
        func row(
            _ name: String, _ variant: String = "", _ engine: @escaping @Sendable (Tensor) -> Tensor,
            _ reference: @escaping @Sendable (Double) -> Double
        ) -> OperationRow {
            OperationRow(
                name, variant, [(shape, .separated)], { engine($0[0]) + engine($0[0]).squared() },
                { $0[0].map { reference($0) + reference($0) * reference($0) } })
        }
        return [
            row("absolute", "", { $0.absolute() }, { Swift.abs($0) }),
            row("relu", "", { $0.relu() }, { $0 > 0 ? $0 : 0 }),
            row("leakyReLU", "", { $0.leakyReLU(slope: 0.25) }, { $0 > 0 ? $0 : 0.25 * $0 }),
            row("clamped", "", { $0.clamped(to: -0.375...0.5) }, { min(max($0, -0.375), 0.5) }),
        ]
    }
}
