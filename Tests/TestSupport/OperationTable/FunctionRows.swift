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
            row("squared", anywhere, { $0.squared() }, UnaryFunction.square.value),
            row("squareRoot", positive, { $0.squareRoot() }, UnaryFunction.squareRoot.value),
            row("reciprocal", positive, { $0.reciprocal() }, UnaryFunction.reciprocal.value),
            row("exp", anywhere, { $0.exp() }, UnaryFunction.exponential.value),
            row("log", positive, { $0.log() }, UnaryFunction.logarithm.value),
            row("sin", anywhere, { $0.sin() }, UnaryFunction.sine.value),
            row("cos", anywhere, { $0.cos() }, UnaryFunction.cosine.value),
            row("tanh", anywhere, { $0.tanh() }, { Foundation.tanh($0) }),
            row("sigmoid", anywhere, { $0.sigmoid() }, UnaryFunction.sigmoid.value),
            row("softplus", anywhere, { $0.softplus() }, UnaryFunction.softplus.value),
            row("silu", anywhere, { $0.silu() }, UnaryFunction.silu.value),
            row("mish", anywhere, { $0.mish() }, UnaryFunction.mish.value),
            row("gelu", anywhere, { $0.gelu() }, UnaryFunction.gelu.value),
            row("normalCDF", anywhere, { $0.normalCDF() }, UnaryFunction.normalCDF.value),
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
            row("absolute", "", { $0.absolute() }, UnaryFunction.absolute.value),
            row("relu", "", { $0.relu() }, { $0 > 0 ? $0 : 0 }),
            row("leakyReLU", "", { $0.leakyReLU(slope: 0.25) }, { $0 > 0 ? $0 : 0.25 * $0 }),
            row("clamped", "", { $0.clamped(to: -0.375...0.5) }, { min(max($0, -0.375), 0.5) }),
        ]
    }
}

extension UnaryFunction {
    /// The formula in double precision: the reference of its row, and the reference backend's.
    package func value(_ x: Double) -> Double {
        switch self {
        case .absolute: Swift.abs(x)
        case .square: x * x
        case .squareRoot: x.squareRoot()
        case .reciprocal: 1 / x
        case .exponential: Foundation.exp(x)
        case .logarithm: Foundation.log(x)
        case .sine: Foundation.sin(x)
        case .cosine: Foundation.cos(x)
        case .sigmoid: 1 / (1 + Foundation.exp(-x))
        case .softplus: Foundation.log(1 + Foundation.exp(x))
        case .silu: x / (1 + Foundation.exp(-x))
        case .mish: x * Foundation.tanh(Foundation.log(1 + Foundation.exp(x)))
        case .gelu: x * UnaryFunction.normalCDF.value(x)
        case .normalCDF: Foundation.erfc(-x / 2.0.squareRoot()) / 2
        }
    }
}
