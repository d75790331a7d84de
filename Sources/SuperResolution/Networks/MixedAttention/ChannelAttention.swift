import TensorCore

extension Tensor {
    /// Attention among the channels of each head in windows of neighboring pixels: softmax(q̂ · k̂ᵀ · temperature) · v,
    /// with q̂ and k̂ of length 1 (Ali et al. 2021, "XCiT: cross-covariance image transformers").
    ///
    /// - Parameters:
    ///   - parts: queries, keys and values, `[N, C, H, W]` each.
    ///   - temperature: the factors of the products, `[heads, 1, 1]`.
    ///   - window: the sides of a window, which divide H and W; nil for the whole image.
    ///   - precision: the arithmetic of the products.
    /// - Returns: `[N, C, H, W]`.
    static func channelAttention(
        _ parts: [Tensor], temperature: Tensor, window: (height: Int, width: Int)? = nil, precision: Precision
    ) -> Tensor {
        let (heads, shape) = (temperature.shape[0], parts[2].shape)
        let (q, k, v) = (
            parts[0].channels(heads, in: window), parts[1].channels(heads, in: window),
            parts[2].channels(heads, in: window)
        )
        // The products are divided by the lengths, which are few, instead of the vectors.
        let products = q.matrixProduct(k, transposingOther: true, precision: precision)
        let scores = products * (q.inverseLengths(axis: -1) * temperature) * k.inverseLengths(axis: -1).transposed()
        let mixed = scores.softmax().matrixProduct(v, precision: precision)
        guard let window, window != (shape[2], shape[3]) else { return mixed.reshaped(to: shape) }
        return mixed.reshaped(
            to: [
                shape[0], shape[2] / window.height, shape[3] / window.width, heads, shape[1] / heads, window.height,
                window.width,
            ]
        ).permuted([0, 3, 4, 1, 5, 2, 6]).reshaped(to: shape)
    }

    /// `[N, C, H, W] → [N · windows, heads, C / heads, pixels]`.
    private func channels(_ heads: Int, in window: (height: Int, width: Int)?) -> Tensor {
        let depth = shape[1] / heads
        guard let window, window != (shape[2], shape[3]) else {
            return reshaped(to: [shape[0], heads, depth, shape[2] * shape[3]])
        }
        let (rows, columns) = (shape[2] / window.height, shape[3] / window.width)
        return reshaped(to: [shape[0], heads, depth, rows, window.height, columns, window.width])
            .permuted([0, 3, 5, 1, 2, 4, 6])
            .reshaped(to: [shape[0] * rows * columns, heads, depth, window.height * window.width])
    }

    /// One over the Euclidean lengths along an axis, which stays with extent 1; at most 10¹².
    func inverseLengths(axis: Int) -> Tensor {
        squared().sum(axes: [axis], keepingAxes: true).clamped(to: 1e-24...Float.greatestFiniteMagnitude)
            .squareRoot().reciprocal()
    }

    /// Images whose windows become spread ones: the pixels of a window lie side by side in the result and come from
    /// equal distances in this image, as far apart as there are windows.
    func spreading(height: Int, width: Int) -> Tensor {
        gathering(Self.spread(shape[2], window: height), axis: 2)
            .gathering(Self.spread(shape[3], window: width), axis: 3)
    }

    /// The inverse of ``spreading(height:width:)``.
    func collecting(height: Int, width: Int) -> Tensor {
        spreading(height: shape[2] / height, width: shape[3] / width)
    }

    private static func spread(_ extent: Int, window: Int) -> [Int] {
        (0..<extent).map { $0 % window * (extent / window) + $0 / window }
    }

    /// The channels of an image in parts of equal size.
    func chunks(_ count: Int) -> [Tensor] {
        let part = shape[1] / count
        return (0..<count).map { slice(axis: 1, from: $0 * part, count: part) }
    }
}
