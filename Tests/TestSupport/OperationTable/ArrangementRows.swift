import TensorCore

// These operations are linear: each is applied to the square of its input, so that both orders have something to say.

package enum ArrangementRows {
    package static let all = reshapes + permutations + cuts + paddings + repetitions + joins + lookups + shuffles

    private static func row(
        _ name: String, _ variant: String, _ shape: [Int], _ engine: @escaping @Sendable (Tensor) -> Tensor,
        _ reference: @escaping @Sendable (ReferenceArray) -> ReferenceArray
    ) -> OperationRow {
        OperationRow(
            name, variant, [(shape, anywhere)], { engine($0[0].squared()) }, { reference($0[0].map { $0 * $0 }) })
    }

    private static let reshapes: [OperationRow] = [
        row("reshaped", "", [], { $0.reshaped(to: [1, 1]) }, { $0.reshaped([1, 1]) }),
        row("reshaped", "", [6], { $0.reshaped(to: [2, 3]) }, { $0.reshaped([2, 3]) }),
        row("reshaped", "", [2, 3, 2, 3], { $0.reshaped(to: [6, 6]) }, { $0.reshaped([6, 6]) }),
        row("reshaped", "", [2, 3, 2, 3], { $0.reshaped(to: [2, 2, 3, 3]) }, { $0.reshaped([2, 2, 3, 3]) }),
        row("reshaped", "same", [2, 3, 2, 3], { $0.reshaped(to: [2, 3, 2, 3]) }, { $0 }),
        row(
            "reshaped", "", [2, 1, 2, 1, 2, 2], { $0.reshaped(to: [2, 2, 1, 1, 4, 1]) },
            { $0.reshaped([2, 2, 1, 1, 4, 1]) }),
        row("flattened", "", [2, 3, 2, 3], { $0.flattened() }, { $0.reshaped([2, 18]) }),
        row("flattened", "from 2", [2, 3, 2, 3], { $0.flattened(from: 2) }, { $0.reshaped([2, 3, 6]) }),
        row("flattened", "from 0", [], { $0.flattened(from: 0) }, { $0.reshaped([1]) }),
    ]

    private static let orders: [[Int]] = [
        [], [0], [1, 0], [2, 0, 1], [0, 2, 3, 1], [3, 1, 0, 2], [1, 0, 3, 2], [4, 2, 0, 3, 1], [5, 0, 3, 1, 4, 2],
    ]

    private static let permutations: [OperationRow] =
        orders.map { order in
            row(
                "permuted", "\(order)", Array([2, 3, 2, 1, 3, 2].prefix(order.count)), { $0.permuted(order) },
                { $0.permuted(order) })
        } + [
            row("transposed", "", [3, 4], { $0.transposed() }, { $0.permuted([1, 0]) }),
            row("transposed", "1 and 3", [2, 3, 2, 3], { $0.transposed(1, 3) }, { $0.permuted([0, 3, 2, 1]) }),
            row("transposed", "0 and -1", [2, 1, 3], { $0.transposed(0, -1) }, { $0.permuted([2, 1, 0]) }),
        ]

    private static let cuts: [OperationRow] = [
        ([5], 0), ([3, 5], -1), ([5, 1], 0), ([2, 5, 2, 3], 1), ([2, 3, 5, 2], 2), ([2, 3, 1, 5], 3),
        ([1, 2, 5, 1, 2, 1], 2),
    ].flatMap { (shape: [Int], axis: Int) -> [OperationRow] in
        let at = axis < 0 ? axis + shape.count : axis
        return [
            row(
                "slice", "axis \(axis)", shape, { $0.slice(axis: axis, from: 1, count: 3) },
                { $0.selecting(axis: at, [1, 2, 3]) }),
            row(
                "slice", "axis \(axis), step 2", shape, { $0.slice(axis: axis, from: 0, count: 3, step: 2) },
                { $0.selecting(axis: at, [0, 2, 4]) }),
            row("slice", "axis \(axis), whole", shape, { $0.slice(axis: axis, from: 0, count: 5) }, { $0 }),
            row(
                "flipped", "axis \(axis)", shape, { $0.flipped(axis: axis) },
                { $0.selecting(axis: at, [4, 3, 2, 1, 0]) }),
            row(
                "gathering", "axis \(axis)", shape, { $0.gathering([4, 0, 4, 2], axis: axis) },
                { $0.selecting(axis: at, [4, 0, 4, 2]) }),
        ]
    }

    /// Which source positions a padded axis of length 4, with 2 before and 3 after, shows.
    private static func columns(_ mode: Tensor.PaddingMode) -> [Int?] {
        switch mode {
        case .zero: [nil, nil, 0, 1, 2, 3, nil, nil, nil]
        case .reflect: [2, 1, 0, 1, 2, 3, 2, 1, 0]
        case .replicate: [0, 0, 0, 1, 2, 3, 3, 3, 3]
        case .circular: [2, 3, 0, 1, 2, 3, 0, 1, 2]
        }
    }

    private static let paddings: [OperationRow] = Tensor.PaddingMode.allCases.flatMap { mode -> [OperationRow] in
        [([4], 0), ([4, 1], 0), ([2, 3, 4], -1), ([2, 4, 2, 2], 1), ([2, 2, 4, 2], 2), ([1, 2, 2, 1, 4, 1], 4)].map {
            (shape: [Int], axis: Int) in
            row(
                "padded", "\(mode) axis \(axis)", shape, { $0.padded(axis: axis, before: 2, after: 3, mode: mode) },
                { $0.selecting(axis: axis < 0 ? axis + shape.count : axis, columns(mode)) })
        } + [
            row(
                "padded", "\(mode) around", [1, 2, 4, 4],
                { $0.padded(top: 2, bottom: 3, left: 2, right: 3, mode: mode) },
                { $0.selecting(axis: 2, columns(mode)).selecting(axis: 3, columns(mode)) }),
            row(
                "padded", "\(mode) inwards", [2, 4], { $0.padded(axis: 1, before: -1, after: 0, mode: mode) },
                { $0.selecting(axis: 1, [1, 2, 3]) }),
        ]
    }

    private static let repetitions: [OperationRow] = Wrapping.allCases.map { wrapping in
        row(
            "padded", "reflect, repeating \(wrapping)", [1, 2, 4, 4],
            { $0.padded(top: 2, bottom: 3, left: 2, right: 3, mode: .reflect, wrapping: wrapping) },
            {
                $0.selecting(axis: 2, columns(wrapping.joinsRows ? .circular : .reflect))
                    .selecting(axis: 3, columns(wrapping.joinsColumns ? .circular : .reflect))
            })
    }

    private static let joins: [OperationRow] =
        [
            ([2], [3], 0), ([2, 3], [2, 1], 1), ([2, 3], [4, 3], -2), ([2, 3, 2, 3], [2, 2, 2, 3], 1),
            ([2, 3, 2, 3], [2, 3, 1, 3], 2), ([2, 3, 2, 3], [2, 3, 2, 1], 3), ([2, 3, 2, 3], [1, 3, 2, 3], 0),
            ([1, 2, 1, 2, 1, 2], [1, 2, 1, 1, 1, 2], 3),
        ].map { (a: [Int], b: [Int], axis: Int) in
            OperationRow(
                "concatenated", "axis \(axis)", [(a, anywhere), (b, anywhere)],
                { Tensor.concatenated([$0[0].squared(), $0[1] * $0[1], $0[0]], axis: axis) },
                { x in
                    let at = axis < 0 ? axis + a.count : axis
                    return x[0].map { $0 * $0 }.concatenated(x[1].map { $0 * $0 }, axis: at).concatenated(
                        x[0], axis: at)
                })
        }
        + [[], [3], [2, 3, 2, 2]].map { shape in
            OperationRow(
                "stacked", "", [(shape, anywhere), (shape, anywhere)],
                { Tensor.stacked([$0[0].squared(), $0[1].squared()]) },
                { ReferenceArray(shape: [2] + shape, values: ($0[0].values + $0[1].values).map { $0 * $0 }) })
        }

    private static let lookups: [OperationRow] = [[4], [4, 3], [4, 1], [4, 2, 1, 3], [4, 1, 2, 2, 1, 2]].map { shape in
        row(
            "gatheringRows", "", shape, { $0.gatheringRows([3, 0, 3, 3, 1]) },
            { $0.selecting(axis: 0, [3, 0, 3, 3, 1]) })
    }

    private static let shuffles: [OperationRow] = [
        row("pixelShuffled", "2", [2, 8, 2, 3], { $0.pixelShuffled(by: 2) }, { shuffled($0, 2) }),
        row("pixelShuffled", "2, many channels", [1, 72, 2, 1], { $0.pixelShuffled(by: 2) }, { shuffled($0, 2) }),
        row("pixelShuffled", "3", [1, 9, 1, 2], { $0.pixelShuffled(by: 3) }, { shuffled($0, 3) }),
        row("pixelUnshuffled", "2", [2, 2, 4, 2], { $0.pixelUnshuffled(by: 2) }, { unshuffled($0, 2) }),
        row("pixelUnshuffled", "3", [1, 1, 3, 6], { $0.pixelUnshuffled(by: 3) }, { unshuffled($0, 3) }),
    ]

    private static func shuffled(_ x: ReferenceArray, _ r: Int) -> ReferenceArray {
        x.taken(shape: [x.shape[0], x.shape[1] / (r * r), x.shape[2] * r, x.shape[3] * r]) { i in
            [i[0], i[1] * r * r + i[2] % r * r + i[3] % r, i[2] / r, i[3] / r]
        }
    }

    private static func unshuffled(_ x: ReferenceArray, _ r: Int) -> ReferenceArray {
        x.taken(shape: [x.shape[0], x.shape[1] * r * r, x.shape[2] / r, x.shape[3] / r]) { i in
            [i[0], i[1] / (r * r), i[2] * r + i[1] / r % r, i[3] * r + i[1] % r]
        }
    }
}
