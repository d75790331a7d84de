import Foundation

extension ReferenceArray {
    /// The matrix product over the last two axes, with NumPy's broadcasting of the others.
    package func matrixProduct(_ other: ReferenceArray) -> ReferenceArray {
        let (m, inner, n) = (shape[shape.count - 2], shape[shape.count - 1], other.shape[other.shape.count - 1])
        let mine = Array(shape.dropLast(2))
        let theirs = Array(other.shape.dropLast(2))
        let rank = max(mine.count, theirs.count)
        let padded = { (shape: [Int]) in [Int](repeating: 1, count: rank - shape.count) + shape }
        let a = reshaped(padded(mine) + [m, inner])
        let b = other.reshaped(padded(theirs) + [inner, n])
        let batch = (0..<rank).map { max(a.shape[$0], b.shape[$0]) }
        return ReferenceArray(shape: batch + [m, n]) { index in
            let inA = (0..<rank).map { a.shape[$0] == 1 ? 0 : index[$0] }
            let inB = (0..<rank).map { b.shape[$0] == 1 ? 0 : index[$0] }
            return (0..<inner).reduce(0) { $0 + a[inA + [index[rank], $1]] * b[inB + [$1, index[rank + 1]]] }
        }
    }

    /// The axes in the order given.
    package func permuted(_ order: [Int]) -> ReferenceArray {
        taken(shape: order.map { shape[$0] }) { index in
            var source = index
            for (position, axis) in order.enumerated() { source[axis] = index[position] }
            return source
        }
    }

    /// Along one axis, position `i` of the result is position `columns[i]` of this array; nil is 0.
    package func selecting(axis: Int, _ columns: [Int?]) -> ReferenceArray {
        var target = shape
        target[axis] = columns.count
        return taken(shape: target) { index in
            guard let column = columns[index[axis]] else { return nil }
            var source = index
            source[axis] = column
            return source
        }
    }

    package func concatenated(_ other: ReferenceArray, axis: Int) -> ReferenceArray {
        var target = shape
        target[axis] += other.shape[axis]
        return ReferenceArray(shape: target) { index in
            if index[axis] < shape[axis] { return self[index] }
            var rest = index
            rest[axis] -= shape[axis]
            return other[rest]
        }
    }

    /// Mean 0 and variance 1 over the axes given, each set on its own.
    package func standardized(axes: [Int], epsilon: Double) -> ReferenceArray {
        let mean = reduced(axes, keeping: true) { $0.reduce(0, +) / Double($0.count) }
        let centerd = combined(mean, -)
        let variance = centerd.reduced(axes, keeping: true) { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count) }
        return centerd.combined(variance) { $0 / ($1 + epsilon).squareRoot() }
    }

    /// eˣ over its sum along the last axis.
    package func softmax() -> ReferenceArray {
        let exponentials = map { Foundation.exp($0) }
        let total = exponentials.reduced([shape.count - 1], keeping: true) { $0.reduce(0, +) }
        return exponentials.combined(total, /)
    }
}
