extension Tensor {
    /// The same values, in row-major order, with another shape of the same number of elements.
    public func reshaped(to target: Shape) -> Tensor {
        if target == shape { return self }
        let source = shape
        return .record(.reshape, backend.reshape(self, to: target), inputs: [self]) { p in
            [p.gradient.reshaped(to: source)]
        }
    }

    /// Merges all axes from axis `from` on into one.
    public func flattened(from axis: Int = 1) -> Tensor {
        let kept = shape.dimensions[..<axis]
        return reshaped(to: Shape(Array(kept) + [shape.dimensions[axis...].reduce(1, *)]))
    }

    /// The axes in the order given: axis `i` of the result is axis `order[i]` of this tensor.
    public func permuted(_ order: [Int]) -> Tensor {
        precondition(order.sorted() == Array(0..<rank), "permuted: \(order) for shape \(shape)")
        var inverse = [Int](repeating: 0, count: rank)
        for (position, axis) in order.enumerated() { inverse[axis] = position }
        let back = inverse
        return .record(.permute, backend.permute(self, order), inputs: [self]) { p in
            [p.gradient.permuted(back)]
        }
    }

    /// Two axes exchanged; by default the last two.
    public func transposed(_ a: Int = -2, _ b: Int = -1) -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(shape.normalized(a), shape.normalized(b))
        return permuted(order)
    }

    /// The tensors one after the other along an axis.
    public static func concatenated(_ parts: [Tensor], axis: Int = 0) -> Tensor {
        precondition(!parts.isEmpty, "concatenated: no tensors")
        let axis = parts[0].shape.normalized(axis)
        let lengths = parts.map { $0.shape[axis] }
        let value = backend(parts).concatenate(parts, axis: axis)
        return record(.concatenate, value, inputs: parts) { p in
            var start = 0
            return lengths.enumerated().map { index, length in
                defer { start += length }
                return p.wanted[index] ? p.gradient.slice(axis: axis, from: start, count: length) : nil
            }
        }
    }

    /// Tensors of one shape stacked along a new first axis.
    public static func stacked(_ parts: [Tensor]) -> Tensor {
        concatenated(parts.map { $0.reshaped(to: Shape([1] + $0.shape.dimensions)) })
    }

    /// `count` positions of an axis, starting at `from`, `step` apart.
    public func slice(axis: Int, from start: Int, count: Int, step: Int = 1) -> Tensor {
        let axis = shape.normalized(axis)
        precondition(
            start >= 0 && count >= 0 && step > 0 && (count == 0 || start + (count - 1) * step < shape[axis]),
            "slice: \(count) from \(start) by \(step) on axis \(axis) of \(shape)")
        if start == 0 && count == shape[axis] && step == 1 { return self }
        return mapped(AxisMap(inputLength: shape[axis], taking: (0..<count).map { start + $0 * step }), axis: axis)
    }

    /// The order along an axis reversed.
    public func flipped(axis: Int) -> Tensor {
        let axis = shape.normalized(axis)
        return mapped(AxisMap(inputLength: shape[axis], taking: (0..<shape[axis]).reversed()), axis: axis)
    }

    /// The given positions of an axis, in that order; a position may occur several times.
    public func gathering(_ positions: [Int], axis: Int) -> Tensor {
        let axis = shape.normalized(axis)
        precondition(
            positions.allSatisfy { (0..<shape[axis]).contains($0) },
            "gathering: position out of range on axis \(axis) of \(shape)")
        return mapped(AxisMap(inputLength: shape[axis], taking: positions), axis: axis)
    }

    /// How the space around an image is filled.
    public enum PaddingMode: Sendable, CaseIterable {
        /// Zeros.
        case zero
        /// Mirrored at the border, without repeating it; the extent must be larger than the padding.
        case reflect
        /// The border repeated.
        case replicate
        /// What lies on the opposite side, as if the image repeated.
        case circular
    }

    /// Adds space before and after an axis. Negative amounts crop.
    public func padded(axis: Int, before: Int, after: Int, mode: PaddingMode = .zero) -> Tensor {
        let axis = shape.normalized(axis)
        if before == 0 && after == 0 { return self }
        let length = shape[axis]
        precondition(
            mode != .reflect || Swift.max(before, after) < length,
            "padded: reflection by \(before), \(after) needs more than \(length) positions")
        let columns = (-before..<(length + after)).map { position -> Int? in
            switch mode {
            case .zero: return (0..<length).contains(position) ? position : nil
            case .replicate: return Swift.min(Swift.max(position, 0), length - 1)
            case .reflect: return Reflection.position(position, length: length)
            case .circular: return Wrapping.positions(position..<position + 1, length: length)[0]
            }
        }
        return mapped(AxisMap(inputLength: length, taking: columns), axis: axis)
    }

    /// Space added around the images of `[N, C, H, W]`.
    public func padded(
        top: Int, bottom: Int, left: Int, right: Int, mode: PaddingMode = .zero
    ) -> Tensor {
        if mode == .circular, Swift.min(top, bottom, left, right) >= 0 {
            return repeated(top: top, bottom: bottom, left: left, right: right)
        }
        return padded(axis: 2, before: top, after: bottom, mode: mode)
            .padded(axis: 3, before: left, after: right, mode: mode)
    }

    /// A sparse linear map applied along one axis; its adjoint is the transposed map.
    package func mapped(_ map: AxisMap, axis: Int) -> Tensor {
        .record(.axisMap, backend.apply(map, to: self, axis: axis), inputs: [self]) { p in
            [p.gradient.mapped(map.transposed, axis: axis)]
        }
    }
}
