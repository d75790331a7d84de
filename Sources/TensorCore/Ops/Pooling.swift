extension Tensor {
    /// The mean of each window of `[N, C, H, W]`; windows extend beyond the border by `padding` zeros, which count.
    ///
    /// - Parameter wrapping: the axes along which the images repeat; windows continue on the opposite side there.
    public func averagePooled(
        window: Int, stride: Int? = nil, padding: Int = 0, wrapping: Wrapping = .neither
    ) -> Tensor {
        let stride = stride ?? window
        return [2, 3].reduce(self) { x, axis in
            let wraps = axis == 2 ? wrapping.joinsRows : wrapping.joinsColumns
            let length = x.shape[axis]
            precondition(
                window > 0 && stride > 0 && length + 2 * padding >= window,
                "averagePooled: window \(window), padding \(padding) on \(shape)")
            let outputs = (length + 2 * padding - window) / stride + 1
            let rows = (0..<outputs).map { output in
                (0..<window).compactMap { tap -> (column: Int, weight: Float)? in
                    var position = output * stride - padding + tap
                    if wraps { position = Wrapping.positions(position..<position + 1, length: length)[0] }
                    return (0..<length).contains(position) ? (position, 1 / Float(window)) : nil
                }
            }
            return x.mapped(AxisMap(inputLength: length, rows: rows), axis: axis)
        }
    }

    /// The largest value of each window of `[N, C, H, W]`; the gradient flows to the first such value.
    ///
    /// - Parameter wrapping: the axes along which the images repeat; windows continue on the opposite side there.
    public func maxPooled(
        window: Int, stride: Int? = nil, padding: Int = 0, wrapping: Wrapping = .neither
    ) -> Tensor {
        let stride = stride ?? window
        if wrapping != .neither && padding > 0 {
            // Every window contains the pixel of the border next to it, so repeating that pixel changes no maximum.
            let rows: PaddingMode = wrapping.joinsRows ? .circular : .replicate
            let columns: PaddingMode = wrapping.joinsColumns ? .circular : .replicate
            return padded(axis: 2, before: padding, after: padding, mode: rows)
                .padded(axis: 3, before: padding, after: padding, mode: columns)
                .maxPooled(window: window, stride: stride)
        }
        precondition(
            rank == 4 && Swift.min(shape[2], shape[3]) + 2 * padding >= window && padding * 2 <= window,
            "maxPooled: window \(window), padding \(padding) on \(shape)")
        let (value, indices) = backend.maxPool(self, window: window, stride: stride, padding: padding)
        // Max pooling selects elements, so its gradients of any order are lookups in the flattened input.
        let (source, size) = (shape, count)
        let chosen = value.shape
        return .record(.gatherRows, value, inputs: [self]) { p in
            [p.gradient.reshaped(to: [chosen.count, 1]).scattered(indices, rows: size).reshaped(to: source)]
        }
    }

    /// The mean over all pixels: `[N, C, H, W] → [N, C]`.
    public func globalAveragePooled() -> Tensor { mean(axes: [2, 3]) }
}
