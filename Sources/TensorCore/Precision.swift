/// The arithmetic inside convolutions and matrix products. Tensors hold float32 numbers either way, sums are taken in
/// float32, and everything else (normalization, losses, optimizers, the weights themselves) stays in float32.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// 24 bits of significance.
    case float32 = "f32"
    /// Factors are rounded to bfloat16, 8 bits of significance, which processors with AVX-512-BF16 multiply at twice
    /// the speed. Elsewhere it is no faster than float32.
    case bfloat16 = "bf16"
    /// bfloat16 where the processor has instructions for it, float32 elsewhere.
    case automatic = "auto"

    /// Whether this processor has instructions for bfloat16.
    public static var hasFastBFloat16: Bool { CurrentBackend.value.hasFastBFloat16 }

    /// `float32` or `bfloat16`: what `automatic` means on this processor.
    public var resolved: Precision {
        self == .automatic ? (Self.hasFastBFloat16 ? .bfloat16 : .float32) : self
    }
}
