import Foundation
import TensorCore

package enum ArithmeticRows {
    package static let all = pairs + scalars + choices + broadcasts

    private static let pairs: [OperationRow] = broadcastPairs.flatMap { a, b -> [OperationRow] in
        [
            OperationRow("+", "", [(a, anywhere), (b, anywhere)], { $0[0] + $0[1] }, { $0[0].combined($0[1], +) }),
            OperationRow("-", "", [(a, anywhere), (b, anywhere)], { $0[0] - $0[1] }, { $0[0].combined($0[1], -) }),
            OperationRow("*", "", [(a, anywhere), (b, anywhere)], { $0[0] * $0[1] }, { $0[0].combined($0[1], *) }),
            OperationRow("/", "", [(a, anywhere), (b, positive)], { $0[0] / $0[1] }, { $0[0].combined($0[1], /) }),
            OperationRow(
                "maximum", "", [(a, .separated), (b, .spread(0.01...0.04))], { maximum($0[0], $0[1]) },
                { $0[0].combined($0[1], max) }),
            OperationRow(
                "minimum", "", [(a, .separated), (b, .spread(0.01...0.04))], { minimum($0[0], $0[1]) },
                { $0[0].combined($0[1], min) }),
        ]
    }

    private static let scalars: [OperationRow] = tableShapes.flatMap { shape -> [OperationRow] in
        let any = [(shape: shape, values: anywhere)]
        let above = [(shape: shape, values: positive)]
        return [
            OperationRow("-", "negated", any, { -$0[0] }, { $0[0].map { -$0 } }),
            OperationRow("+", "number", any, { $0[0] + 0.7 }, { $0[0].map { $0 + Double(Float(0.7)) } }),
            OperationRow("+", "number first", any, { 0.7 + $0[0] }, { $0[0].map { $0 + Double(Float(0.7)) } }),
            OperationRow("-", "number", any, { $0[0] - 0.5 }, { $0[0].map { $0 - 0.5 } }),
            OperationRow("-", "number first", any, { 0.5 - $0[0] }, { $0[0].map { 0.5 - $0 } }),
            OperationRow("*", "number", any, { $0[0] * 1.5 }, { $0[0].map { $0 * 1.5 } }),
            OperationRow("*", "number first", any, { 1.5 * $0[0] }, { $0[0].map { $0 * 1.5 } }),
            OperationRow("/", "number", any, { $0[0] / 4 }, { $0[0].map { $0 / 4 } }),
            OperationRow("/", "number first", above, { 4 / $0[0] }, { $0[0].map { 4 / $0 } }),
            OperationRow("scaled", "", any, { $0[0].scaled(by: -2, plus: 3) }, { $0[0].map { -2 * $0 + 3 } }),
            OperationRow("power", "1.75", above, { $0[0].power(1.75) }, { $0[0].map { pow($0, 1.75) } }),
            OperationRow("power", "3", any, { $0[0].power(3) }, { $0[0].map { $0 * $0 * $0 } }),
            OperationRow("power", "1", any, { $0[0].power(1) }, { $0[0] }),
            OperationRow("power", "0", any, { $0[0].power(0) }, { $0[0].map { _ in 1 } }),
            OperationRow("power", "-2", above, { $0[0].power(-2) }, { $0[0].map { 1 / ($0 * $0) } }),
        ]
    }

    /// Squared inputs, so that the second order of these linear operations is not zero.
    private static let choices: [OperationRow] = broadcastPairs.flatMap { a, b -> [OperationRow] in
        let inputs = [(shape: a, values: TestValues.separated), (shape: b, values: anywhere)]
        return [
            OperationRow(
                "select", "", inputs, { Tensor.select($0[0] .> 0, $0[0] * $0[0], $0[1] * $0[0]) },
                { x in x[0].combined(x[1]) { $0 > 0 ? $0 * $0 : $0 * $1 } }),
            OperationRow(
                ".>", "", inputs, { ($0[0] .> 0) * $0[1].squared() },
                { x in x[0].combined(x[1]) { $0 > 0 ? $1 * $1 : 0 } }),
            OperationRow(
                ".>=", "", inputs, { ($0[0] .>= $0[0].detached) * $0[1] + ($0[0] .>= 0) * $0[1].squared() },
                { x in x[0].combined(x[1]) { ($0 >= 0 ? $1 * $1 : 0) + $1 } }),
            OperationRow(
                ".==", "", inputs, { ($0[0] .== $0[0]) * $0[1].squared() + ($0[0] .== Tensor(0)) * $0[1] },
                { x in x[0].combined(x[1]) { $1 * $1 } }),
        ]
    }

    private static let targets: [([Int], [Int])] = [
        ([], [3]), ([3], [2, 3]), ([3, 1], [3, 4]), ([1, 3, 1, 1], [2, 3, 2, 2]), ([2, 1, 2, 3], [2, 3, 2, 3]),
        ([2, 3, 2, 2], [2, 3, 2, 2]), ([2, 3, 1, 2], [2, 2, 3, 2, 2]), ([1, 2, 1], [2, 1, 3, 1, 2, 2]),
    ]

    private static let broadcasts: [OperationRow] = targets.map { from, to in
        OperationRow(
            "broadcast", "to \(to)", [(from, anywhere)], { $0[0].squared().broadcast(to: Shape(to)) },
            { $0[0].combined(ReferenceArray(shape: to) { _ in 0 }) { value, _ in value * value } })
    }
}
