import CKernels
import TensorCore

extension CPUBackend {
    package func reshape(_ x: Tensor, to shape: Shape) -> Tensor {
        precondition(x.count == shape.count, "reshape: \(x.shape) to \(shape)")
        return Tensor(shape: shape, storage: rowMajor(x).storage)
    }

    package func permute(_ x: Tensor, _ order: [Int]) -> Tensor {
        let strides = x.strides
        let shape = Shape(order.map { x.shape[$0] })
        return computed(shape) {
            let storage = try block(x.count)
            try withExtendedLifetime(x.storage) {
                try ck_copy_strided(
                    Int32(x.rank), shape.dimensions.wide, x.pointer, order.map { strides[$0] }.wide, storage.pointer)
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func apply(_ map: AxisMap, to x: Tensor, axis: Int) -> Tensor {
        precondition(x.shape[axis] == map.inputLength, "axis map of \(map.inputLength) on \(x.shape), axis \(axis)")
        let shape = x.shape.replacing(axis, with: map.outputLength)
        return computed(shape, x.layout) {
            let storage = try block(shape.count, x.layout)
            let (outer, inner) = extents(of: x, around: axis)
            try withExtendedLifetime((x.storage, map)) {
                try check(
                    ck_axis_map(
                        outer, Int64(map.inputLength), inner, x.pointer, Int64(map.outputLength), map.rowStart,
                        map.column, map.weight, storage.pointer))
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    /// In one pass over large images: the rows with their columns, then the margins above and below from them.
    package func repeated(_ x: Tensor, _ margins: Margins) -> Tensor {
        let plane = x.shape[1] * x.shape[2] * x.shape[3]
        guard x.layout != .plain, plane > 1 << 14 else {
            let tall =
                margins.top + margins.bottom == 0 ? x : apply(margins.rows(height: x.shape[2]), to: x, axis: 2)
            return margins.left + margins.right == 0
                ? tall : apply(margins.columns(width: x.shape[3]), to: tall, axis: 3)
        }
        let shape = margins.shape(around: x.shape)
        return computed(shape, x.layout) {
            let storage = try block(shape.count, x.layout)
            let map = margins.columns(width: x.shape[3])
            let row = shape[1] * shape[3]
            for image in 0..<shape[0] {
                let target = try storage.pointer + image * shape[2] * row
                try withExtendedLifetime((x.storage, map)) {
                    try check(
                        ck_axis_map(
                            Int64(x.shape[2]), Int64(map.inputLength), Int64(x.shape[1]), x.pointer + image * plane,
                            Int64(map.outputLength), map.rowStart, map.column, map.weight,
                            target + margins.top * row))
                }
                let lines = Wrapping.positions(-margins.top..<x.shape[2] + margins.bottom, length: x.shape[2])
                for (line, source) in lines.enumerated() where line != source + margins.top {
                    (target + line * row).update(from: target + (source + margins.top) * row, count: row)
                }
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
        let layout = parts[0].layout
        let parts = parts.map { arranged($0, layout) }
        let length = parts.reduce(0) { $0 + $1.shape[axis] }
        let shape = parts[0].shape.replacing(axis, with: length)
        return computed(shape, layout) {
            let storage = try block(shape.count, layout)
            var offset = 0
            for part in parts {
                precondition(
                    part.shape.replacing(axis, with: length) == shape,
                    "concatenate: \(part.shape) beside \(parts[0].shape) along axis \(axis)")
                let (outer, inner) = extents(of: part, around: axis)
                try withExtendedLifetime(part.storage) {
                    try ck_place(
                        outer, Int64(part.shape[axis]), inner, part.pointer, Int64(length), Int64(offset),
                        storage.pointer)
                }
                offset += part.shape[axis]
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func stack(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        let layout = strips[0].image.layout
        let shape = strips[0].image.shape.replacing(2, with: height)
        return computed(shape, layout) {
            let storage = try block(shape.count, layout)
            let (outer, inner) = layout == .plain ? (shape[0] * shape[1], shape[3]) : (shape[0], shape[1] * shape[3])
            let count = strips.reduce(0) { $0 + $1.count }
            for image in 0..<outer {
                let target = try storage.pointer + image * height * inner
                ck_fill(target, Int64(first * inner), 0)
                var row = first
                for strip in strips {
                    let source = arranged(strip.image, layout)
                    try withExtendedLifetime(source.storage) {
                        try ck_copy_strided(
                            1, [Int64(strip.count * inner)],
                            source.pointer + (image * source.shape[2] + strip.range.lowerBound) * inner, [1],
                            target + row * inner)
                    }
                    row += strip.count
                }
                ck_fill(target + row * inner, Int64((height - first - count) * inner), 0)
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    /// How many elements lie outside and inside one axis, in the tensor's own order.
    private func extents(of x: Tensor, around axis: Int) -> (Int64, Int64) {
        let order = x.layout.axes(rank: x.rank)
        let position = order.firstIndex(of: axis) ?? 0
        let outer = order[..<position].reduce(1) { $0 * x.shape[$1] }
        let inner = order[(position + 1)...].reduce(1) { $0 * x.shape[$1] }
        return (Int64(outer), Int64(inner))
    }
}
