import TensorCore
import Testing

@testable import CPUBackend

/// The matrix product against plain loops in double precision.
@Suite struct MatrixProductKernelTests {
    @Test(arguments: [
        (1, 1, 1), (3, 5, 2), (12, 32, 16), (13, 33, 17), (100, 1, 300), (1, 70, 600), (33, 130, 257), (97, 64, 31),
    ])
    func agreesWithPlainLoops(rows: Int, columns: Int, inner: Int) throws {
        for flags in 0..<(rows * columns < 1000 && inner < 100 ? 32 : 4) {
            let geometry = MatrixProductGeometry(
                batch: flags & 4 == 0 ? 1 : 3, rows: rows, columns: columns, inner: inner,
                leftTransposed: flags & 1 != 0, rightTransposed: flags & 2 != 0, leftShared: flags & 8 != 0,
                rightShared: flags & 16 != 0)
            let left = values((geometry.leftBatchStride == 0 ? 1 : geometry.batch) * rows * inner, seed: 1)
            let right = values((geometry.rightBatchStride == 0 ? 1 : geometry.batch) * inner * columns, seed: 2)
            let before = values(geometry.batch * rows * columns, seed: 3)
            for accumulate in [false, true] {
                var result = before
                try MatrixProductKernel.multiply(
                    geometry, left: left, right: right, output: &result, accumulate: accumulate)
                let worst = largestError(geometry, left, right, accumulate ? before : nil, result)
                #expect(worst < 1e-5 * Double(inner).squareRoot() + 1e-6, "\(geometry) \(accumulate)")

                result = before
                try MatrixProductKernel.multiply(
                    geometry, .bfloat16, left: left, right: right, output: &result, accumulate: accumulate)
                let rounded = largestError(geometry, left, right, accumulate ? before : nil, result)
                #expect(rounded < 1e-2 * Double(inner).squareRoot(), "\(geometry) \(accumulate)")
            }
        }
    }

    @Test func stridedOutputsLeaveTheRestAlone() throws {
        var geometry = MatrixProductGeometry(rows: 5, columns: 7, inner: 9)
        geometry.outputStride = 10
        let left = values(45, seed: 1)
        let right = values(63, seed: 2)
        var result = [Float](repeating: 42, count: 50)
        try MatrixProductKernel.multiply(geometry, left: left, right: right, output: &result)
        #expect(largestError(geometry, left, right, nil, result) < 1e-5)
        for row in 0..<5 {
            for column in 7..<10 { #expect(result[row * 10 + column] == 42) }
        }
    }

    @Test func aRowDoesNotDependOnItsCompany() throws {
        let (columns, inner) = (77, 700)
        let left = values(130 * inner, seed: 1)
        let right = values(inner * columns, seed: 2)
        var together = [Float](repeating: 0, count: 130 * columns)
        try MatrixProductKernel.multiply(
            MatrixProductGeometry(rows: 130, columns: columns, inner: inner), left: left, right: right,
            output: &together)
        for row in [0, 57, 129] {
            var alone = [Float](repeating: 0, count: columns)
            try MatrixProductKernel.multiply(
                MatrixProductGeometry(rows: 1, columns: columns, inner: inner),
                left: Array(left[(row * inner)..<((row + 1) * inner)]), right: right, output: &alone)
            #expect(alone == Array(together[(row * columns)..<((row + 1) * columns)]))
        }
    }

    private func largestError(
        _ g: MatrixProductGeometry, _ left: [Float], _ right: [Float], _ before: [Float]?, _ result: [Float]
    ) -> Double {
        var worst = 0.0
        for b in 0..<g.batch {
            for i in 0..<g.rows {
                for j in 0..<g.columns {
                    let at = b * g.outputBatchStride + i * g.outputStride + j
                    var sum = before.map { Double($0[at]) } ?? 0
                    for k in 0..<g.inner {
                        let l = g.leftTransposed ? k * g.leftStride + i : i * g.leftStride + k
                        let r = g.rightTransposed ? j * g.rightStride + k : k * g.rightStride + j
                        sum += Double(left[b * g.leftBatchStride + l]) * Double(right[b * g.rightBatchStride + r])
                    }
                    let error = abs(sum - Double(result[at]))
                    worst = error.isNaN ? .infinity : max(worst, error)
                }
            }
        }
        return worst
    }

    private func values(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
    }
}
