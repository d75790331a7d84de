/// Kinds of numbers in files of weights, by their names in safetensors headers.
package enum NumberType: String, Sendable, Hashable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Whether it has no fractions, as counters and labels have.
    package var isInteger: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: false
        case .int64, .int32, .int16, .int8, .uint8, .bool: true
        }
    }

    /// Bytes of a number.
    package var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }
}
