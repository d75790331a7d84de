import TensorCore

/// How gray and color images go through a network of 1 or 3 channels.
struct ChannelFit: Sendable {
    /// Channels of the network's images, 1 or 3.
    let channels: Int

    /// Converts an image `[1, 1 or 3, h, w]` for the network: gray becomes three equal channels, or each color becomes
    /// a separate image.
    func taken(_ x: Tensor) -> Tensor {
        if x.shape[1] == channels { return x }
        if channels == 1 { return x.reshaped(to: [x.shape[1], 1, x.shape[2], x.shape[3]]) }
        return .concatenated([x, x, x], axis: 1)
    }

    /// Converts the network's result back to the channels of the image.
    func given(_ y: Tensor, channels wanted: Int) -> Tensor {
        if wanted == channels { return y }
        if channels == 1 { return y.reshaped(to: [1, wanted, y.shape[2], y.shape[3]]) }
        return Self.gray(y)
    }

    /// The number of network inputs for one image.
    func count(for imageChannels: Int) -> Int { channels == 1 ? imageChannels : 1 }

    /// The luma of Rec. 601.
    private static func gray(_ y: Tensor) -> Tensor {
        let area = y.shape[2] * y.shape[3]
        return Tensor(shape: [1, 1, y.shape[2], y.shape[3]]) { buffer in
            y.withValues { values in
                for i in 0..<area {
                    buffer[i] = 0.299 * values[i] + 0.587 * values[area + i] + 0.114 * values[2 * area + i]
                }
            }
        }
    }
}
