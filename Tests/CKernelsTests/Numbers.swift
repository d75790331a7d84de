import CKernels

/// Sizes around the width of a vector, plus one that is shared between threads.
let sizes = [1, 15, 16, 17, 1000, 40000]

/// The same pseudo-random numbers in every run, evenly spread over `range`.
func numbers(_ count: Int, in range: ClosedRange<Float> = -3...3, seed: UInt64 = 1) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + (range.upperBound - range.lowerBound) * Float(state >> 40) / 16_777_216
    }
}

func buffer(_ count: Int) -> [Float] { [Float](repeating: -777, count: count) }

/// The first place where the two differ by more than `relative` times the value (at least `floor`); NaN equals NaN.
func firstDifference(
    _ got: [Float], _ expected: [Double], relative: Double = 4e-7, floor: Double = 1e-30
) -> String? {
    guard got.count == expected.count else { return "\(got.count) values instead of \(expected.count)" }
    for index in got.indices {
        let value = Double(got[index]), wanted = expected[index]
        if value.isNaN && wanted.isNaN || value == wanted || Float(wanted) == got[index] { continue }
        if !(abs(value - wanted) <= relative * max(abs(wanted), floor)) {
            return "[\(index)]: \(value) instead of \(wanted)"
        }
    }
    return nil
}

func wide(_ values: [Int]) -> [Int64] { values.map(Int64.init) }

/// Every index of a shape, in row order.
func indices(of dims: [Int]) -> [[Int]] {
    dims.reduce([[]]) { heads, length in heads.flatMap { head in (0..<length).map { head + [$0] } } }
}

func denseStrides(_ dims: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: dims.count)
    for axis in dims.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * dims[axis + 1] }
    return strides
}

/// Where the elements of a shape lie under these strides, in row order.
func offsets(_ dims: [Int], _ strides: [Int]) -> [Int] {
    zip(dims, strides).reduce([0]) { heads, axis in
        var longer: [Int] = []
        longer.reserveCapacity(heads.count * axis.0)
        for head in heads { for place in 0..<axis.0 { longer.append(head + place * axis.1) } }
        return longer
    }
}
