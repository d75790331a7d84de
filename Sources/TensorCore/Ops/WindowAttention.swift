extension Tensor {
    /// Attention in windows (Vaswani et al. 2017; Liu et al. 2021): softmax(scale · Q·Kᵀ + bias)·V for each window and
    /// each head. Channels are divided among the heads in their order.
    ///
    /// - Parameters:
    ///   - parts: queries, keys and values, `[N, C, H, W]` each, or side by side in the channels of fewer tensors:
    ///     `[N, 3·C, H, W]`, or `[N, C, H, W]` and `[N, 2·C, H', W']` with H' = H / reduction.
    ///   - heads: how many parts of the channels pay attention on their own.
    ///   - bias: is added to the scores, `[heads, queries, keys]` of a window; nil for none.
    ///   - scale: the factor of the scores.
    ///   - windows: the division of images.
    ///   - wrapping: the axes along which images repeat.
    ///   - precision: the arithmetic of the products.
    /// - Returns: `[N, C, H, W]`.
    public static func windowAttention(
        _ parts: [Tensor], heads: Int, bias: Tensor? = nil, scale: Float, _ windows: AttentionWindows,
        wrapping: Wrapping = .neither, precision: Precision = .float32
    ) -> Tensor {
        let settings = AttentionSettings(
            heads: heads, scale: scale, windows: windows, wrapping: wrapping, precision: precision)
        precondition(
            settings.fits(parts.map(\.shape), bias: bias?.shape),
            "windowAttention: \(parts.map(\.shape)), \(heads) heads, \(windows), bias \(bias?.shape ?? [])")
        let value = Tensor.backend(parts + (bias.map { [$0] } ?? [])).windowAttention(parts, bias: bias, settings)
        let inputs = parts + (bias.map { [$0] } ?? [])
        let hasBias = bias != nil
        return .record(.windowAttention, value, inputs: inputs, saving: inputs) { p in
            p.gradients { inputs in
                let parts = hasBias ? Array(inputs.dropLast()) : inputs
                return composedWindowAttention(parts, bias: hasBias ? inputs[inputs.count - 1] : nil, settings)
            }
        }
    }

    /// The same, composed of other operations.
    package static func composedWindowAttention(
        _ parts: [Tensor], bias: Tensor?, _ settings: AttentionSettings
    ) -> Tensor {
        let (heads, windows, wrapping) = (settings.heads, settings.windows, settings.wrapping)
        let (query, key, value) = (role(0, in: parts), role(1, in: parts), role(2, in: parts))
        let (height, width) = (query.shape[2], query.shape[3])
        let (rows, columns) = (windows.rows, windows.columns)
        let q = query.divided(
            rows.queries(length: height), columns.queries(length: width), windows.height, windows.width, heads)
        let keyRows = rows.keys(length: height, wraps: wrapping.joinsRows)
        let keyColumns = columns.keys(length: width, wraps: wrapping.joinsColumns)
        let k = key.divided(keyRows, keyColumns, rows.keyWindow, columns.keyWindow, heads)
        let v = value.divided(keyRows, keyColumns, rows.keyWindow, columns.keyWindow, heads)
        var scores = q.scaled(by: settings.scale)
            .matrixProduct(k, transposingOther: true, precision: settings.precision)
        if let bias { scores = scores + bias }
        if let mask = windows.mask(height: height, width: width, wrapping) { scores = scores + mask }
        return scores.softmax().matrixProduct(v, precision: settings.precision)
            .joined(
                rows.queries(length: height), columns.queries(length: width), windows.height, windows.width)
    }

    /// Queries (0), keys (1) or values (2), of tensors that hold them side by side.
    private static func role(_ index: Int, in parts: [Tensor]) -> Tensor {
        let place = AttentionSettings.role(index, in: parts.map(\.shape))
        let channels = AttentionSettings.channels(of: parts.map(\.shape))
        return parts[place.part].slice(axis: 1, from: place.channel, count: channels)
    }

    /// `[N, C, H, W] → [N, windows, heads, pixels of a window, C / heads]`.
    private func divided(
        _ rows: [Int?], _ columns: [Int?], _ height: Int, _ width: Int, _ heads: Int
    ) -> Tensor {
        let (count, channels) = (shape[0], shape[1])
        return taking(rows, axis: 2).taking(columns, axis: 3)
            .reshaped(
                to: [count, heads, channels / heads, rows.count / height, height, columns.count / width, width]
            )
            .permuted([0, 3, 5, 1, 4, 6, 2])
            .reshaped(
                to: [count, rows.count / height * (columns.count / width), heads, height * width, channels / heads])
    }

    /// The reverse, for windows that hold every pixel once.
    private func joined(_ rows: [Int], _ columns: [Int], _ height: Int, _ width: Int) -> Tensor {
        let (count, heads, depth) = (shape[0], shape[2], shape[4])
        var (rowPlaces, columnPlaces) = (rows, columns)
        for (place, row) in rows.enumerated() { rowPlaces[row] = place }
        for (place, column) in columns.enumerated() { columnPlaces[column] = place }
        return reshaped(to: [count, rows.count / height, columns.count / width, heads, height, width, depth])
            .permuted([0, 3, 6, 1, 4, 2, 5])
            .reshaped(to: [count, heads * depth, rows.count, columns.count])
            .taking(rowPlaces, axis: 2).taking(columnPlaces, axis: 3)
    }

    /// Images whose windows begin at the corner: what the shift leaves over comes to the opposite side.
    package func movedToCorner(_ windows: AttentionWindows) -> Tensor {
        taking(windows.rows.queries(length: shape[2]), axis: 2)
            .taking(windows.columns.queries(length: shape[3]), axis: 3)
    }

    /// The given positions of an axis, 0 where there is none.
    private func taking(_ positions: [Int?], axis: Int) -> Tensor {
        if positions == (0..<shape[axis]).map({ $0 }) { return self }
        return mapped(AxisMap(inputLength: shape[axis], taking: positions), axis: axis)
    }
}

extension AttentionWindows {
    /// What keeps the two sides of an image apart in the windows that hold both, `[windows, 1, queries, keys]`; nil if
    /// there are none.
    fileprivate func mask(height: Int, width: Int, _ wrapping: Wrapping) -> Tensor? {
        let (joinsRows, joinsColumns) = (wrapping.joinsRows, wrapping.joinsColumns)
        guard rows.seam(wraps: joinsRows) != nil || columns.seam(wraps: joinsColumns) != nil else { return nil }
        let (down, across) = (height / self.height, width / self.width)
        let (keyHeight, keyWidth) = (rows.keyWindow, columns.keyWindow)
        func sides(_ seam: Int?, _ isLast: Bool, _ count: Int) -> [Bool] {
            (0..<count).map { isLast && $0 >= seam ?? .max }
        }
        return Tensor(shape: [down * across, 1, queries, keys]) { buffer in
            var place = 0
            for window in 0..<down * across {
                let (lastRow, lastColumn) = (window / across == down - 1, window % across == across - 1)
                let queryRows = sides(rows.seam(wraps: joinsRows), lastRow, self.height)
                let queryColumns = sides(columns.seam(wraps: joinsColumns), lastColumn, self.width)
                let keyRows = sides(rows.keySeam(wraps: joinsRows), lastRow, keyHeight)
                let keyColumns = sides(columns.keySeam(wraps: joinsColumns), lastColumn, keyWidth)
                for query in 0..<queries {
                    let (row, column) = (queryRows[query / self.width], queryColumns[query % self.width])
                    for key in 0..<keys {
                        let isNear = keyRows[key / keyWidth] == row && keyColumns[key % keyWidth] == column
                        buffer[place] = isNear ? 0 : Self.farApart
                        place += 1
                    }
                }
            }
        }
    }
}
