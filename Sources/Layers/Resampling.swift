import TensorCore

/// Channels rearranged into pixels: `[N, C·r², H, W] → [N, C, H·r, W·r]` (Shi et al. 2016).
public final class PixelShuffle: Layer {
    private let factor: Int
    /// - Parameter factor: r; the number of channels must be a multiple of r².
    public init(_ factor: Int) { self.factor = factor }
    /// `[N, C·r², H, W] → [N, C, H·r, W·r]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.pixelShuffled(by: factor) }
}

/// Pixels rearranged into channels: `[N, C, H·r, W·r] → [N, C·r², H, W]`.
public final class PixelUnshuffle: Layer {
    private let factor: Int
    /// - Parameter factor: r; height and width must be multiples of it.
    public init(_ factor: Int) { self.factor = factor }
    /// `[N, C, H·r, W·r] → [N, C·r², H, W]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.pixelUnshuffled(by: factor) }
}

/// Images upscaled: `[N, C, H, W] → [N, C, H·factor, W·factor]`.
public final class Upsample: Layer {
    private let factor: Int
    private let interpolation: Interpolation

    /// - Parameters:
    ///   - factor: how many times larger, both ways.
    ///   - interpolation: the interpolation of new pixels.
    public init(_ factor: Int = 2, _ interpolation: Interpolation = .nearest) {
        self.factor = factor
        self.interpolation = interpolation
    }

    /// `[N, C, H, W] → [N, C, H·factor, W·factor]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.resized(
            height: x.shape[2] * factor, width: x.shape[3] * factor, interpolation, wrapping: mode.wrapping)
    }
}

/// The mean of each window: `[N, C, H, W] → [N, C, H', W']`.
public final class AveragePool: Layer {
    private let window: Int
    private let stride: Int
    private let padding: Int

    /// - Parameters:
    ///   - window: its side in pixels.
    ///   - stride: pixels from one window to the next; nil uses the side of the window.
    ///   - padding: pixels of border on every side.
    public init(_ window: Int = 2, stride: Int? = nil, padding: Int = 0) {
        self.window = window
        self.stride = stride ?? window
        self.padding = padding
    }

    /// `[N, C, H, W] → [N, C, H', W']`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.averagePooled(window: window, stride: stride, padding: padding, wrapping: mode.wrapping)
    }
}

/// The largest value of each window: `[N, C, H, W] → [N, C, H', W']`.
public final class MaxPool: Layer {
    private let window: Int
    private let stride: Int
    private let padding: Int

    /// - Parameters:
    ///   - window: its side in pixels.
    ///   - stride: pixels from one window to the next; nil uses the side of the window.
    ///   - padding: pixels of border on every side.
    public init(_ window: Int = 2, stride: Int? = nil, padding: Int = 0) {
        self.window = window
        self.stride = stride ?? window
        self.padding = padding
    }

    /// `[N, C, H, W] → [N, C, H', W']`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.maxPooled(window: window, stride: stride, padding: padding, wrapping: mode.wrapping)
    }
}
