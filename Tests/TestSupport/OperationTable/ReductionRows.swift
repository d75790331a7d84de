import Foundation
import TensorCore

package enum ReductionRows {
    package static let all: [OperationRow] = partial + total + rows + poolings

    private static let cases: [([Int], [Int])] = [
        ([], []), ([5], [0]), ([3, 4], [0]), ([3, 4], [-1]), ([3, 1], [1]), ([2, 3, 2], [0, 2]), ([2, 3, 2, 3], [1]),
        ([2, 3, 2, 3], [2, 3]), ([2, 3, 2, 3], [0, 2, 3]), ([2, 3, 2, 3], [0, 1, 2, 3]), ([2, 3, 2, 3], [3, 0]),
        ([2, 3, 2, 3], [2]), ([2, 3, 1, 1], [2, 3]), ([2, 1, 3, 2], [1, 3]), ([1, 2, 1, 3, 2], [0, 1, 3]),
        ([2, 1, 2, 1, 2, 2], [1, 2, 4]), ([2, 1, 2, 1, 2, 2], [0, 5]), ([2, 3, 2, 3], []),
    ]

    private static let partial: [OperationRow] = cases.flatMap { shape, axes -> [OperationRow] in
        [false, true].flatMap { keep -> [OperationRow] in
            let name = "over \(axes)\(keep ? " kept" : "")"
            let any = [(shape: shape, values: anywhere)]
            let apart = [(shape: shape, values: TestValues.separated)]
            return [
                OperationRow(
                    "sum", name, any, { $0[0].squared().sum(axes: axes, keepingAxes: keep) },
                    { $0[0].reduced(axes, keeping: keep) { $0.reduce(0) { $0 + $1 * $1 } } }),
                OperationRow(
                    "mean", name, any, { $0[0].squared().mean(axes: axes, keepingAxes: keep) },
                    { $0[0].reduced(axes, keeping: keep) { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count) } }),
                OperationRow(
                    "variance", name, any, { $0[0].variance(axes: axes, keepingAxes: keep) },
                    { $0[0].reduced(axes, keeping: keep) { variance($0) } }),
                OperationRow(
                    "max", name, apart, { $0[0].max(axes: axes, keepingAxes: keep).squared() },
                    { $0[0].reduced(axes, keeping: keep) { $0.reduce(-.infinity, Swift.max) }.map { $0 * $0 } }),
                OperationRow(
                    "min", name, apart, { $0[0].min(axes: axes, keepingAxes: keep).squared() },
                    { $0[0].reduced(axes, keeping: keep) { $0.reduce(.infinity, Swift.min) }.map { $0 * $0 } }),
            ]
        }
    }

    private static let total: [OperationRow] = tableShapes.flatMap { shape -> [OperationRow] in
        let any = [(shape: shape, values: anywhere)]
        let unbiased = OperationRow(
            "variance", "unbiased", any, { $0[0].variance(axes: Array(0..<shape.count), unbiased: true) },
            { $0[0].reduced(Array(0..<shape.count)) { variance($0) * Double($0.count) / Double($0.count - 1) } })
        return [
            OperationRow(
                "sum", "all", any, { $0[0].squared().sum() },
                { ReferenceArray(shape: [], values: [$0[0].values.reduce(0) { $0 + $1 * $1 }]) }),
            OperationRow(
                "mean", "all", any, { $0[0].squared().mean() },
                { x in
                    let total = x[0].values.reduce(0) { $0 + $1 * $1 }
                    return ReferenceArray(shape: [], values: [total / Double(x[0].values.count)])
                }),
        ] + (shape.isEmpty ? [] : [unbiased])
    }

    private static let rows: [OperationRow] = tableShapes.filter { !$0.isEmpty }.flatMap { shape -> [OperationRow] in
        [
            OperationRow("softmax", "", [(shape, anywhere)], { $0[0].softmax() }, { $0[0].softmax() }),
            OperationRow(
                "logSoftmax", "", [(shape, anywhere)], { $0[0].logSoftmax() },
                { $0[0].softmax().map { Foundation.log($0) } }),
        ]
    }

    private static let poolings: [OperationRow] = [[2, 3, 2, 3], [2, 1, 3, 2], [2, 3, 1, 1]].map { shape in
        OperationRow(
            "globalAveragePooled", "", [(shape, anywhere)], { $0[0].squared().globalAveragePooled() },
            { $0[0].reduced([2, 3]) { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count) } })
    }

    private static func variance(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}
