import TensorCore

/// A plain array of doubles with a shape: what the engine's results are measured against. Written to be obviously
/// right, not to be fast.
package struct ReferenceArray: Sendable {
    package let shape: [Int]
    package var values: [Double]

    package init(shape: [Int], values: [Double]) {
        precondition(shape.reduce(1, *) == values.count)
        self.shape = shape
        self.values = values
    }

    package init(_ tensor: Tensor) {
        self.init(shape: tensor.shape.dimensions, values: tensor.values.map(Double.init))
    }

    /// An array of the values that a closure gives for each index, in row-major order.
    package init(shape: [Int], _ value: ([Int]) -> Double) {
        var index = [Int](repeating: 0, count: shape.count)
        var values: [Double] = []
        let count = shape.reduce(1, *)
        values.reserveCapacity(count)
        for _ in 0..<count {
            values.append(value(index))
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        self.init(shape: shape, values: values)
    }

    package func offset(_ index: [Int]) -> Int {
        var offset = 0
        for axis in 0..<shape.count { offset = offset * shape[axis] + index[axis] }
        return offset
    }

    package subscript(index: [Int]) -> Double {
        get { values[offset(index)] }
        set { values[offset(index)] = newValue }
    }

    package func map(_ function: (Double) -> Double) -> ReferenceArray {
        ReferenceArray(shape: shape, values: values.map(function))
    }

    package func reshaped(_ shape: [Int]) -> ReferenceArray { ReferenceArray(shape: shape, values: values) }

    /// `function` of two arrays that repeat each other along axes of extent 1, matched from the end.
    package func combined(_ other: ReferenceArray, _ function: (Double, Double) -> Double) -> ReferenceArray {
        let rank = max(shape.count, other.shape.count)
        let padded = { (shape: [Int]) in [Int](repeating: 1, count: rank - shape.count) + shape }
        let (a, b) = (reshaped(padded(shape)), other.reshaped(padded(other.shape)))
        let result = (0..<rank).map { a.shape[$0] == 1 ? b.shape[$0] : a.shape[$0] }
        return ReferenceArray(shape: result) { index in
            function(
                a[(0..<rank).map { a.shape[$0] == 1 ? 0 : index[$0] }],
                b[(0..<rank).map { b.shape[$0] == 1 ? 0 : index[$0] }])
        }
    }

    /// The values at every position of the axes given, handed together to a closure; those axes are left out.
    package func reduced(_ axes: [Int], keeping: Bool = false, _ function: ([Double]) -> Double) -> ReferenceArray {
        let axes = axes.map { $0 < 0 ? $0 + shape.count : $0 }
        let kept = (0..<shape.count).filter { !axes.contains($0) }
        var sets = [[Double]](repeating: [], count: kept.reduce(1) { $0 * shape[$1] })
        let target = ReferenceArray(
            shape: kept.map { shape[$0] }, values: [Double](repeating: 0, count: sets.count))
        var position = 0
        _ = ReferenceArray(shape: shape) { index in
            sets[target.offset(kept.map { index[$0] })].append(values[position])
            position += 1
            return 0
        }
        let result = sets.map(function)
        let keptShape = (0..<shape.count).map { axes.contains($0) ? 1 : shape[$0] }
        return ReferenceArray(shape: keeping ? keptShape : target.shape, values: result)
    }

    /// The array whose element at an index is this array's element at `source(index)`; nil stands for 0.
    package func taken(shape: [Int], _ source: ([Int]) -> [Int]?) -> ReferenceArray {
        ReferenceArray(shape: shape) { index in source(index).map { self[$0] } ?? 0 }
    }
}
