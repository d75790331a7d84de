import CKernels
import TensorCore

/// The operations of transformers.
extension CPUBackend {
    package func channelsNormalized(_ x: Tensor, gamma: Tensor?, beta: Tensor?, epsilon: Float) -> Tensor {
        let x = channelsLast(x)
        return computed(x.shape, .channelsLast) {
            let storage = try block(x.count, .channelsLast)
            let channels = x.shape[1]
            try withExtendedLifetime((x.storage, gamma?.storage, beta?.storage)) {
                try ck_layer_norm(
                    Int64(x.count / max(channels, 1)), Int64(channels), x.pointer, gamma?.pointer, beta?.pointer,
                    epsilon, storage.pointer)
            }
            return Tensor(shape: x.shape, storage: storage)
        }
    }

    /// In float32, whatever the precision.
    package func windowAttention(_ parts: [Tensor], bias: Tensor?, _ attention: AttentionSettings) -> Tensor {
        let parts = parts.map(channelsLast)
        let bias = bias.map(rowMajor)
        let shapes = parts.map(\.shape)
        let shape = attention.resultShape(shapes)
        return computed(shape, .channelsLast) {
            let storage = try block(shape.count, .channelsLast)
            let roles = try (0..<3).map { index in
                let place = AttentionSettings.role(index, in: shapes)
                return try ck_pixels(
                    values: parts[place.part].pointer + place.channel, pixel: Int64(shapes[place.part][1]))
            }
            try withExtendedLifetime((parts, bias)) {
                try attention.withSizes(of: shape) { sizes in
                    var sizes = sizes
                    try check(
                        ck_window_attention(&sizes, roles[0], roles[1], roles[2], bias?.pointer, storage.pointer))
                }
            }
            return Tensor(shape: shape, storage: storage)
        }
    }
}

extension AttentionSettings {
    /// Provides the sizes as C sees them, for a result of a shape.
    fileprivate func withSizes(of shape: Shape, _ body: (ck_attention_sizes) throws -> Void) rethrows {
        let (height, width) = (shape[2], shape[3])
        let (rows, columns) = (windows.rows, windows.columns)
        func narrow(_ positions: [Int?]) -> [Int32] { positions.map { Int32($0 ?? -1) } }
        let queryRows = narrow(rows.queries(length: height))
        let queryColumns = narrow(columns.queries(length: width))
        let keyRows = narrow(rows.keys(length: height, wraps: wrapping.joinsRows))
        let keyColumns = narrow(columns.keys(length: width, wraps: wrapping.joinsColumns))
        let pixels = height * width
        try queryRows.withUnsafeBufferPointer { queryRows in
            try queryColumns.withUnsafeBufferPointer { queryColumns in
                try keyRows.withUnsafeBufferPointer { keyRows in
                    try keyColumns.withUnsafeBufferPointer { keyColumns in
                        try body(
                            ck_attention_sizes(
                                images: Int64(shape[0]), heads: Int64(heads), depth: Int64(shape[1] / heads),
                                windows_down: Int64(height / windows.height),
                                windows_across: Int64(width / windows.width), height: Int64(windows.height),
                                width: Int64(windows.width), key_height: Int64(rows.keyWindow),
                                key_width: Int64(columns.keyWindow), query_pixels: Int64(pixels),
                                key_pixels: Int64(pixels / (windows.reduction * windows.reduction)),
                                key_image_width: Int64(width / windows.reduction),
                                query_rows: queryRows.baseAddress, query_columns: queryColumns.baseAddress,
                                key_rows: keyRows.baseAddress, key_columns: keyColumns.baseAddress,
                                seam_row: place(rows.seam(wraps: wrapping.joinsRows)),
                                seam_column: place(columns.seam(wraps: wrapping.joinsColumns)),
                                key_seam_row: place(rows.keySeam(wraps: wrapping.joinsRows)),
                                key_seam_column: place(columns.keySeam(wraps: wrapping.joinsColumns)), scale: scale,
                                far: AttentionWindows.farApart))
                    }
                }
            }
        }
    }

    private func place(_ seam: Int?) -> Int64 { Int64(seam ?? .max) }
}
