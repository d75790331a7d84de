import CKernels
import Testing

@Suite struct ReductionTests {
    /// Shapes, and which axes go.
    static let cases: [([Int], [UInt8])] = [
        ([], []), ([1], [1]), ([17], [1]), ([40000], [1]), ([17], [0]), ([1000, 3], [1, 0]), ([20000, 2], [1, 0]),
        ([300, 64], [1, 0]), ([300, 64], [0, 1]), ([5, 1000], [1, 0]), ([2, 20000], [0, 1]), ([2, 20000], [1, 0]),
        ([4, 30, 16], [0, 1, 0]), ([4, 3, 150], [1, 0, 1]), ([4, 3, 150], [1, 1, 1]), ([3, 1, 7], [0, 1, 0]),
        ([2, 3, 4, 5], [1, 0, 1, 0]), ([2, 3, 4, 5], [0, 1, 0, 1]), ([2, 3, 4, 5, 6], [1, 0, 1, 0, 1]),
        ([2, 3, 4, 5], [0, 1, 1, 0]), ([100, 5, 40], [0, 1, 0]), ([3, 0], [0, 1]), ([0, 3], [0, 1]),
    ]

    private func reduce(_ op: ck_reduction, _ dims: [Int], _ flags: [UInt8], _ x: [Float]) -> [Float] {
        var y = buffer(zip(dims, flags).map { $1 == 0 ? $0 : 1 }.reduce(1, *))
        ck_reduce(op, Int32(dims.count), wide(dims), flags, x, &y)
        return y
    }

    @Test(arguments: cases.indices) func sumMaximumAndMinimum(_ which: Int) {
        let (dims, flags) = Self.cases[which]
        let x = numbers(dims.reduce(1, *))
        let kept = zip(dims, flags).map { $1 == 0 ? $0 : 1 }, strides = denseStrides(kept)
        let count = kept.reduce(1, *)
        var sum = [Double](repeating: 0, count: count), size = sum
        var most = [Double](repeating: -.infinity, count: count), least = [Double](repeating: .infinity, count: count)
        for (flat, target) in offsets(dims, zip(strides, flags).map { $1 == 0 ? $0 : 0 }).enumerated() {
            let value = Double(x[flat])
            sum[target] += value
            size[target] += abs(value)
            most[target] = max(most[target], value)
            least[target] = min(least[target], value)
        }
        let floor = max(1e-30, size.max() ?? 0)
        #expect(firstDifference(reduce(CK_SUM, dims, flags, x), sum, relative: 1e-7, floor: floor) == nil)
        #expect(firstDifference(reduce(CK_MAX, dims, flags, x), most, relative: 0) == nil)
        #expect(firstDifference(reduce(CK_MIN, dims, flags, x), least, relative: 0) == nil)
    }

    @Test func notANumberIsTheExtreme() {
        for size in [3, 16, 40000] {
            var x = numbers(size)
            x[size / 2] = .nan
            for op in [CK_SUM, CK_MAX, CK_MIN] {
                #expect(reduce(op, [size], [1], x)[0].isNaN)
                #expect(reduce(op, [size, 1], [1, 0], x)[0].isNaN)
            }
            #expect(reduce(CK_MAX, [1, size], [1, 0], x)[size / 2].isNaN)
        }
    }

    @Test func longSumsStayExact() {
        // A tenth is not a binary fraction; ten million of them drift by per cents in naive single precision.
        let count = 10_000_000
        let x = [Float](repeating: 0.1, count: count)
        let exact = Double(Float(0.1)) * Double(count)
        #expect(abs(Double(reduce(CK_SUM, [count], [1], x)[0]) - exact) <= exact * 1e-7)
        #expect(abs(Double(reduce(CK_SUM, [count / 2, 2], [1, 0], x)[1]) - exact / 2) <= exact * 1e-7)
        let square = Double(Float(0.1)) * Double(Float(0.1)) * Double(count)
        #expect(abs(dot(x, x, Int64(count)) - square) <= square * 1e-10)
    }

    @Test func dotProductAndFiniteness() {
        for size in sizes {
            var x = numbers(size)
            let y = numbers(size, seed: 2)
            let expected = zip(x, y).map { Double($0) * Double($1) }.reduce(0, +)
            #expect(abs(dot(x, y, Int64(size)) - expected) < 1e-8)
            #expect(ck_all_finite(x, Int64(size)) == 1)
            for bad in [Float.nan, .infinity, -.infinity] {
                for place in [0, size / 2, size - 1] {
                    let held = x[place]
                    x[place] = bad
                    #expect(ck_all_finite(x, Int64(size)) == 0)
                    x[place] = held
                }
            }
        }
        #expect(dot([], [], 0) == 0 && ck_all_finite([], 0) == 1)
    }
}

/// The sum of products.
func dot(_ x: [Float], _ y: [Float], _ count: Int64) -> Double {
    var result = Double.nan
    return ck_dot(x, y, count, &result) == 0 ? result : .nan
}
