extension Tensor {
    /// The mean of each window of `[N, C, H, W]`; windows reach over the border by `padding` zeros, which count.
    public func averagePooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
        let stride = stride ?? window
        return [2, 3].reduce(self) { x, axis in
            let length = x.shape[axis]
            let outputs = (length + 2 * padding - window) / stride + 1
            precondition(outputs > 0, "averagePooled: window \(window) on \(shape)")
            let rows = (0..<outputs).map { output in
                (0..<window).compactMap { tap -> (column: Int, weight: Float)? in
                    let position = output * stride - padding + tap
                    return (0..<length).contains(position) ? (position, 1 / Float(window)) : nil
                }
            }
            return x.mapped(AxisMap(inputLength: length, rows: rows), axis: axis)
        }
    }

    /// The largest value of each window of `[N, C, H, W]`; the gradient flows to the first such value.
    public func maxPooled(window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
        let stride = stride ?? window
        precondition(
            rank == 4 && Swift.min(shape[2], shape[3]) + 2 * padding >= window && padding * 2 <= window,
            "maxPooled: window \(window), padding \(padding) on \(shape)")
        let (value, indices) = Kernels.maxPool(
            self, window: (window, window), stride: (stride, stride), padding: (padding, padding))
        guard isRecorded else { return value }
        // Pooling is a choice of elements: looked up in the flattened input, its gradients of any order are lookups.
        return reshaped(to: [count, 1]).gathered(indices).reshaped(to: value.shape)
    }

    /// The mean over all pixels: `[N, C, H, W] → [N, C]`.
    public func globalAveragePooled() -> Tensor { mean(axes: [2, 3]) }
}
