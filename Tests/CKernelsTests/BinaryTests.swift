import CKernels
import Testing

@Suite struct BinaryTests {
    static let operations: [(ck_binary_op, @Sendable (Double, Double) -> Double)] = [
        (CK_ADD, { $0 + $1 }), (CK_SUBTRACT, { $0 - $1 }), (CK_MULTIPLY, { $0 * $1 }), (CK_DIVIDE, { $0 / $1 }),
        (CK_MAXIMUM, { $0 > $1 || $0.isNaN ? $0 : $1 }), (CK_MINIMUM, { $0 < $1 || $0.isNaN ? $0 : $1 }),
        (CK_GREATER, { $0 > $1 ? 1 : 0 }), (CK_GREATER_EQUAL, { $0 >= $1 ? 1 : 0 }), (CK_EQUAL, { $0 == $1 ? 1 : 0 }),
        (CK_LEAKY_GATE, { $1 > 0 ? $0 : $0 * 0.25 }), (CK_TANH_GATE, { $0 * (1 - $1 * $1) }),
        (CK_SIGMOID_GATE, { $0 * $1 * (1 - $1) }),
    ]

    private func run(
        _ op: ck_binary_op, _ dims: [Int], _ x: [Float], _ xs: [Int], _ y: [Float], _ ys: [Int]
    ) -> [Float] {
        var z = buffer(dims.reduce(1, *))
        ck_binary(op, Int32(dims.count), wide(dims), x, wide(xs), y, wide(ys), &z, 0.25)
        return z
    }

    @Test(arguments: operations.indices) func denseOperands(_ which: Int) {
        let (op, function) = Self.operations[which]
        for size in sizes {
            var x = numbers(size), y = numbers(size, seed: 2)
            if size > 10 {
                (x[3], y[4], x[5], y[6]) = (.nan, .nan, .infinity, -.infinity)
                y[7] = x[7]
            }
            let expected = zip(x, y).map { function(Double($0), Double($1)) }
            let difference = firstDifference(run(op, [size], x, [1], y, [1]), expected, floor: 10)
            #expect(difference == nil, "\(difference ?? "")")
        }
    }

    /// Shape, strides of x, strides of y.
    static let layouts: [([Int], [Int], [Int])] = [
        ([], [], []), ([1, 1], [1, 1], [0, 0]), ([40000], [1], [0]), ([1003], [0], [1]),
        ([100, 64], [64, 1], [0, 1]), ([700, 64], [64, 1], [0, 1]), ([9000, 3], [3, 1], [0, 1]),
        ([9000, 3], [0, 1], [3, 1]), ([5, 3], [3, 1], [0, 1]), ([33, 17], [17, 1], [1, 0]),
        ([4, 3, 50], [150, 50, 1], [0, 1, 0]), ([2, 5, 9000], [45000, 9000, 1], [0, 1, 0]),
        ([3, 40, 8], [320, 8, 1], [8, 0, 1]), ([3, 8, 40], [320, 40, 1], [8, 1, 0]),
        ([2, 20000], [20000, 1], [0, 1]), ([6, 7], [1, 6], [7, 1]), ([2, 3, 4, 5], [60, 20, 5, 1], [0, 4, 1, 0]),
        ([2, 3, 2, 5], [0, 5, 0, 1], [30, 10, 5, 1]), ([4, 1, 6], [6, 99, 1], [0, 7, 1]),
    ]

    @Test(arguments: layouts.indices) func repeatedAndStridedOperands(_ which: Int) {
        let (dims, xs, ys) = Self.layouts[which]
        let x = numbers(90000), y = numbers(90000, in: 1...4, seed: 3)
        let pairs = zip(offsets(dims, xs), offsets(dims, ys)).map { (Double(x[$0]), Double(y[$1])) }
        for op in [CK_SUBTRACT, CK_MULTIPLY] {
            let function = Self.operations.first { $0.0 == op }
            let expected = pairs.map { function?.1($0.0, $0.1) ?? 0 }
            let difference = firstDifference(run(op, dims, x, xs, y, ys), expected, floor: 1)
            #expect(difference == nil, "\(dims) \(xs) \(ys) \(difference ?? "")")
        }
    }

    @Test func emptyShapesAreLeftAlone() {
        #expect(run(CK_ADD, [3, 0, 2], [1], [0, 0, 0], [1], [0, 0, 0]).isEmpty)
    }

    @Test func selectAccumulateAndFill() {
        for size in sizes {
            let condition = numbers(size).map { $0 > 0 ? Float(1) : 0 }
            let x = numbers(size, seed: 4), y = numbers(size, seed: 5)
            var z = buffer(size)
            ck_select(condition, x, y, &z, Int64(size))
            #expect(z == (0..<size).map { condition[$0] != 0 ? x[$0] : y[$0] })
            z = y
            ck_accumulate(x, &z, Int64(size), 0.5)
            #expect(firstDifference(z, zip(x, y).map { Double($1) + 0.5 * Double($0) }, floor: 1) == nil)
            ck_fill(&z, Int64(size), 2.5)
            #expect(z.allSatisfy { $0 == 2.5 })
        }
    }
}
