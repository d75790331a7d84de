import TensorCore

/// Channels rearranged into pixels: `[N, C·r², H, W] → [N, C, H·r, W·r]` (Shi et al. 2016).
public final class PixelShuffle: Layer {
    private let factor: Int
    public init(_ factor: Int) { self.factor = factor }
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.pixelShuffled(by: factor) }
}

/// Pixels rearranged into channels: `[N, C, H·r, W·r] → [N, C·r², H, W]`.
public final class PixelUnshuffle: Layer {
    private let factor: Int
    public init(_ factor: Int) { self.factor = factor }
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.pixelUnshuffled(by: factor) }
}

/// Pictures enlarged: `[N, C, H, W] → [N, C, H·factor, W·factor]`.
public final class Upsample: Layer {
    private let factor: Int
    private let interpolation: Interpolation

    public init(_ factor: Int = 2, _ interpolation: Interpolation = .nearest) {
        self.factor = factor
        self.interpolation = interpolation
    }

    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor {
        x.resized(height: x.shape[2] * factor, width: x.shape[3] * factor, interpolation)
    }
}

/// The mean of each window: `[N, C, H, W] → [N, C, H', W']`.
public final class AveragePool: Layer {
    private let window: Int
    private let stride: Int
    private let padding: Int

    public init(_ window: Int = 2, stride: Int? = nil, padding: Int = 0) {
        self.window = window
        self.stride = stride ?? window
        self.padding = padding
    }

    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor {
        x.averagePooled(window: window, stride: stride, padding: padding)
    }
}

/// The largest value of each window: `[N, C, H, W] → [N, C, H', W']`.
public final class MaxPool: Layer {
    private let window: Int
    private let stride: Int
    private let padding: Int

    public init(_ window: Int = 2, stride: Int? = nil, padding: Int = 0) {
        self.window = window
        self.stride = stride ?? window
        self.padding = padding
    }

    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor {
        x.maxPooled(window: window, stride: stride, padding: padding)
    }
}
