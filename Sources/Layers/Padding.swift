import TensorCore

/// Adds a border around images: `[N, C, H, W] → [N, C, H + 2·amount, W + 2·amount]`. Where images repeat, the border
/// is what lies on their opposite side, whatever the mode of the layer.
public final class Pad: Layer {
    private let amount: Int
    private let mode: Tensor.PaddingMode

    /// - Parameters:
    ///   - amount: pixels on every side; reflection needs images larger than that.
    ///   - mode: the contents of the border.
    public init(_ amount: Int, _ mode: Tensor.PaddingMode = .reflect) {
        self.amount = amount
        self.mode = mode
    }

    /// `[N, C, H, W] → [N, C, H + 2·amount, W + 2·amount]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.padded(
            top: amount, bottom: amount, left: amount, right: amount, mode: self.mode, wrapping: mode.wrapping)
    }
}
