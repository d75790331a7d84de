import Foundation
import TensorCore

// Reductions, arrangements and lookups.

extension ReferenceBackend {
    package func isFinite(_ x: Tensor) -> Bool { x.reference.values.allSatisfy(\.isFinite) }

    package func dot(_ x: Tensor, _ y: Tensor) -> Double {
        zip(x.reference.values, y.reference.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    package func reduce(_ kind: ReductionKind, _ x: Tensor, axes: [Int]) -> Tensor {
        tensor(
            x.reference.reduced(axes, keeping: true) { values in
                switch kind {
                case .sum: values.reduce(0, +)
                case .maximum: values.reduce(-.infinity, max)
                }
            })
    }

    package func softmax(_ x: Tensor, logarithm: Bool) -> Tensor {
        let result = x.reference.softmax()
        return tensor(logarithm ? result.map { Foundation.log($0) } : result)
    }

    package func reshape(_ x: Tensor, to shape: Shape) -> Tensor { tensor(x.reference.reshaped(shape.dimensions)) }

    package func permute(_ x: Tensor, _ order: [Int]) -> Tensor { tensor(x.reference.permuted(order)) }

    package func apply(_ map: AxisMap, to x: Tensor, axis: Int) -> Tensor {
        let source = x.reference
        var shape = source.shape
        shape[axis] = map.outputLength
        return tensor(
            ReferenceArray(shape: shape) { index in
                let row = index[axis]
                return (Int(map.rowStart[row])..<Int(map.rowStart[row + 1])).reduce(0) { sum, entry in
                    var from = index
                    from[axis] = Int(map.column[entry])
                    return sum + Double(map.weight[entry]) * source[from]
                }
            })
    }

    package func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
        tensor(parts.dropFirst().reduce(parts[0].reference) { $0.concatenated($1.reference, axis: axis) })
    }

    package func pixelShuffle(_ x: Tensor, by r: Int) -> Tensor {
        let shape = [x.shape[0], x.shape[1] / (r * r), x.shape[2] * r, x.shape[3] * r]
        return tensor(
            x.reference.taken(shape: shape) { i in
                [i[0], i[1] * r * r + i[2] % r * r + i[3] % r, i[2] / r, i[3] / r]
            })
    }

    package func pixelUnshuffle(_ x: Tensor, by r: Int) -> Tensor {
        let shape = [x.shape[0], x.shape[1] * r * r, x.shape[2] / r, x.shape[3] / r]
        return tensor(
            x.reference.taken(shape: shape) { i in
                [i[0], i[1] / (r * r), i[2] * r + i[1] / r % r, i[3] * r + i[1] % r]
            })
    }

    package func stack(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        let rows = strips.flatMap { strip in strip.range.map { (strip.image.reference, $0) } }
        let shape = strips[0].image.shape.replacing(2, with: height).dimensions
        return tensor(
            ReferenceArray(shape: shape) { index in
                guard rows.indices.contains(index[2] - first) else { return 0 }
                let (image, row) = rows[index[2] - first]
                return image[[index[0], index[1], row, index[3]]]
            })
    }

    package func gatherRows(_ x: Tensor, _ list: IndexList) -> Tensor {
        tensor(x.reference.selecting(axis: 0, list.indices.map { Int($0) }))
    }

    package func ascendingPositions(_ x: Tensor) -> Tensor {
        let (values, width) = (x.reference.values, x.shape[-1])
        let rows = stride(from: 0, to: values.count, by: max(width, 1)).flatMap { start in
            (0..<width).sorted { (values[start + $0], $0) < (values[start + $1], $1) }
        }
        return tensor(ReferenceArray(shape: x.shape.dimensions, values: rows.map(Double.init)))
    }

    package func scatterRows(_ x: Tensor, _ list: IndexList, rows: Int) -> Tensor {
        let width = x.count / max(x.shape[0], 1)
        let source = x.reference.values
        var values = [Double](repeating: 0, count: rows * width)
        for (row, target) in list.indices.enumerated() {
            for column in 0..<width { values[Int(target) * width + column] += source[row * width + column] }
        }
        return tensor(ReferenceArray(shape: x.shape.replacing(0, with: rows).dimensions, values: values))
    }

    package func maxPool(
        _ x: Tensor, window: Int, stride: Int, padding: Int
    ) -> (values: Tensor, positions: IndexList) {
        let source = x.reference
        let places = ReferenceArray(shape: source.shape) { Double(source.offset($0)) }
        let positions = places.pooled(window: window, stride: stride, padding: padding) { window in
            window.reduce(window[0]) { source.values[Int($1)] > source.values[Int($0)] ? $1 : $0 }
        }
        let values = positions.map { source.values[Int($0)] }
        return (tensor(values), IndexList(positions.values.map { Int32($0) }))
    }
}
