import TensorCore

/// Space around pictures: `[N, C, H, W] → [N, C, H + 2·amount, W + 2·amount]`.
public final class Pad: Layer {
    private let amount: Int
    private let mode: Tensor.PaddingMode

    /// - Parameters:
    ///   - amount: pixels on every side; reflection needs pictures larger than that.
    ///   - mode: what the space is filled with.
    public init(_ amount: Int, _ mode: Tensor.PaddingMode = .reflect) {
        self.amount = amount
        self.mode = mode
    }

    /// `[N, C, H, W] → [N, C, H + 2·amount, W + 2·amount]`.
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor {
        x.padded(top: amount, bottom: amount, left: amount, right: amount, mode: mode)
    }
}
