import CKernels

extension Kernels {
    package static func reshape(_ x: Tensor, _ shape: Shape) -> Tensor {
        precondition(x.count == shape.count, "reshape: \(x.shape) to \(shape)")
        if let trace = Trace.of(x) { return trace.emit(.view, [plain(x)], shape, .plain) }
        return Tensor(shape: shape, storage: plain(x).storage)
    }

    /// The axes of `x` in the order given.
    package static func permute(_ x: Tensor, _ order: [Int]) -> Tensor {
        let strides = x.strides
        let shape = Shape(order.map { x.shape[$0] })
        if let trace = Trace.of(x) { return trace.kernel("permutation", [x], shape) { permute($0[0], order) } }
        let storage = Storage(count: x.count)
        withExtendedLifetime(x.storage) {
            ck_copy_strided(
                Int32(x.rank), shape.dimensions.wide, x.pointer, order.map { strides[$0] }.wide, storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// Applies a sparse linear map along one axis.
    package static func apply(_ map: AxisMap, to x: Tensor, axis: Int) -> Tensor {
        precondition(x.shape[axis] == map.inputLength, "axis map of \(map.inputLength) on \(x.shape), axis \(axis)")
        let shape = x.shape.replacing(axis, with: map.outputLength)
        if let trace = Trace.of(x) { return trace.emit(.axisMap(map, axis: axis), [x], shape, x.layout) }
        let storage = Storage(count: shape.count, layout: x.layout)
        let (outer, inner) = extents(of: x, around: axis)
        withExtendedLifetime((x.storage, map)) {
            ck_axis_map(
                outer, Int64(map.inputLength), inner, x.pointer, Int64(map.outputLength), map.rowStart, map.column,
                map.weight, storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    package static func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
        let layout = parts[0].layout
        let parts = parts.map { layout == .plain ? plain($0) : channelsLast($0) }
        let length = parts.reduce(0) { $0 + $1.shape[axis] }
        let shape = parts[0].shape.replacing(axis, with: length)
        if let trace = Trace.of(parts) {
            if axis == 1 && (shape.rank == 2 || layout == .channelsLast) {
                return trace.emit(.concatenation, parts, shape, layout)
            }
            return trace.kernel("concatenation", parts, shape, layout) { concatenate($0, axis: axis) }
        }
        let storage = Storage(count: shape.count, layout: layout)
        var offset = 0
        for part in parts {
            precondition(
                part.shape.replacing(axis, with: length) == shape,
                "concatenate: \(part.shape) beside \(parts[0].shape) along axis \(axis)")
            let (outer, inner) = extents(of: part, around: axis)
            withExtendedLifetime(part.storage) {
                ck_place(
                    outer, Int64(part.shape[axis]), inner, part.pointer, Int64(length), Int64(offset),
                    storage.pointer)
            }
            offset += part.shape[axis]
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// How many elements lie outside and inside one axis, in the tensor's own order.
    private static func extents(of x: Tensor, around axis: Int) -> (Int64, Int64) {
        let order = x.layout.axes(rank: x.rank)
        let position = order.firstIndex(of: axis) ?? 0
        let outer = order[..<position].reduce(1) { $0 * x.shape[$1] }
        let inner = order[(position + 1)...].reduce(1) { $0 * x.shape[$1] }
        return (Int64(outer), Int64(inner))
    }
}

/// A sparse matrix that maps an axis of one length to another: what slicing, padding, flipping, resampling and average
/// pooling have in common. Its transpose is their adjoint, so all of them are differentiable any number of times.
package final class AxisMap: Sendable {
    package let inputLength: Int
    package let outputLength: Int
    /// Compressed rows: output `r` is the sum of `weight[e] * input[column[e]]` for e in rowStart[r] ..< rowStart[r+1].
    package let rowStart: [Int32]
    package let column: [Int32]
    package let weight: [Float]

    package init(inputLength: Int, rows: [[(column: Int, weight: Float)]]) {
        self.inputLength = inputLength
        outputLength = rows.count
        var start: [Int32] = [0]
        for row in rows { start.append(start[start.count - 1] + Int32(row.count)) }
        rowStart = start
        column = rows.flatMap { $0.map { Int32($0.column) } }
        weight = rows.flatMap { $0.map(\.weight) }
    }

    /// Every output a copy of one input; nil is zero.
    package convenience init(inputLength: Int, taking columns: [Int?]) {
        let rows = columns.map { column in column.map { [(column: $0, weight: Float(1))] } ?? [] }
        self.init(inputLength: inputLength, rows: rows)
    }

    package var transposed: AxisMap {
        var rows = [[(column: Int, weight: Float)]](repeating: [], count: inputLength)
        for row in 0..<outputLength {
            for entry in Int(rowStart[row])..<Int(rowStart[row + 1]) {
                rows[Int(column[entry])].append((row, weight[entry]))
            }
        }
        return AxisMap(inputLength: outputLength, rows: rows)
    }
}
