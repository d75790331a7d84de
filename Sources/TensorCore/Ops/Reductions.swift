extension Tensor {
    /// The sum over all elements, of shape `[]`.
    public func sum() -> Tensor { sum(axes: Array(0..<rank)) }

    /// The sum over the given axes.
    ///
    /// - Parameters:
    ///   - axes: the axes to sum over.
    ///   - keepingAxes: leave the summed axes in the shape, with extent 1.
    public func sum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = axes.map(shape.normalized)
        let source = shape
        let kept = Tensor.record(.sum, backend.reduce(.sum, self, axes: axes), inputs: [self]) { p in
            [p.gradient.broadcast(to: source)]
        }
        return keepingAxes ? kept : kept.droppingAxes(axes)
    }

    /// The mean over all elements, of shape `[]`.
    public func mean() -> Tensor { mean(axes: Array(0..<rank)) }

    /// The mean over the given axes; `keepingAxes` leaves them in the shape, with extent 1.
    public func mean(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let count = axes.reduce(1) { $0 * shape[$1] }
        return sum(axes: axes, keepingAxes: keepingAxes).scaled(by: 1 / Float(Swift.max(count, 1)))
    }

    /// The variance over the given axes: squared distances from the mean, divided by n, or by n − 1 when `unbiased`.
    public func variance(axes: [Int], keepingAxes: Bool = false, unbiased: Bool = false) -> Tensor {
        let count = axes.reduce(1) { $0 * shape[$1] }
        let centerd = self - mean(axes: axes, keepingAxes: true)
        let total = centerd.squared().sum(axes: axes, keepingAxes: keepingAxes)
        return total.scaled(by: 1 / Float(Swift.max(count - (unbiased ? 1 : 0), 1)))
    }

    /// The largest element along the given axes; equal elements share the gradient.
    public func max(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let axes = axes.map(shape.normalized)
        let value = backend.reduce(.maximum, self, axes: axes)
        let kept = Tensor.record(
            .maximumReduction, value, inputs: [self], saving: [self.detached, value]
        ) { p in
            let hits = p.saved[0] .== p.saved[1]
            return [hits / hits.sum(axes: axes, keepingAxes: true) * p.gradient]
        }
        return keepingAxes ? kept : kept.droppingAxes(axes)
    }

    /// The smallest element along the given axes; equal elements share the gradient.
    public func min(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        -(-self).max(axes: axes, keepingAxes: keepingAxes)
    }

    /// eˣ over its sum, along the last axis.
    public func softmax() -> Tensor {
        .record(.softmax, backend.softmax(self, logarithm: false), inputs: [self], savesOutput: true) { p in
            let y = p.output
            return [(p.gradient - (p.gradient * y).sum(axes: [-1], keepingAxes: true)) * y]
        }
    }

    /// The logarithm of `softmax`, computed without overflow.
    public func logSoftmax() -> Tensor {
        .record(.logSoftmax, backend.softmax(self, logarithm: true), inputs: [self], savesOutput: true) { p in
            [p.gradient - p.output.exp() * p.gradient.sum(axes: [-1], keepingAxes: true)]
        }
    }

    /// The position of the largest element of each row along the last axis, the first of equal ones.
    public func argmax() -> [Int] {
        let width = shape[-1]
        return withValues { values in
            stride(from: 0, to: values.count, by: Swift.max(width, 1)).map { start in
                (1..<Swift.max(width, 1)).reduce(0) { values[start + $1] > values[start + $0] ? $1 : $0 }
            }
        }
    }

    /// The Euclidean norm of all elements, accumulated in double; carries no gradient.
    public var norm: Double { dot(self).squareRoot() }

    /// The sum of products of all elements of two tensors of one shape, accumulated in double; carries no gradient.
    package func dot(_ other: Tensor) -> Double {
        precondition(shape == other.shape, "dot: shapes \(shape) and \(other.shape)")
        return Tensor.backend(self, other).dot(self, other)
    }

    private func droppingAxes(_ axes: [Int]) -> Tensor {
        reshaped(to: Shape((0..<rank).filter { !axes.contains($0) }.map { shape[$0] }))
    }
}
