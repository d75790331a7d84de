/// The precision inside convolutions and matrix products. Tensors and sums are float32 in every case, and so is
/// everything else (normalization, losses, optimizers, weights).
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// 24 bits of significance.
    case float32 = "f32"
    /// Factors are rounded to bfloat16 (8 significant bits), which processors with AVX-512-BF16 multiply at twice the
    /// speed. On other processors it is not faster than float32.
    case bfloat16 = "bf16"
    /// bfloat16 on processors with instructions for it, otherwise float32.
    case automatic = "auto"

    /// Whether this processor has instructions for bfloat16.
    public static var hasFastBFloat16: Bool { CurrentBackend.value.hasFastBFloat16 }

    /// `float32` or `bfloat16`: what `automatic` means on this processor.
    public var resolved: Precision {
        self == .automatic ? (Self.hasFastBFloat16 ? .bfloat16 : .float32) : self
    }
}
