import TensorCore
import Testing

/// The conversion to integers that has a result for every number.
@Suite struct SaturatingIntegerTests {
    @Test func everyDoubleHasAnInteger() {
        for value in [1.0, 1e18, 9.3e18, .greatestFiniteMagnitude, .infinity, 254.9, 0.5, 0, -0.0] {
            #expect(Int(saturating: value) == (Int(exactly: value.rounded(.towardZero)) ?? .max), "\(value)")
            #expect(Int(saturating: -value) == (Int(exactly: (-value).rounded(.towardZero)) ?? .min), "\(value)")
            #expect(UInt8(saturating: value) == (UInt8(exactly: value.rounded(.towardZero)) ?? 255), "\(value)")
            #expect(UInt8(saturating: -value) == 0, "\(value)")
        }
        #expect(Int(saturating: Double.nan) == 0 && UInt8(saturating: Double.nan) == 0)
        #expect(Int(saturating: -Double.nan) == 0 && Int32(saturating: Double.signalingNaN) == 0)
        #expect(Int8(saturating: -128.0) == -128 && Int8(saturating: -129.0) == -128 && Int8(saturating: 127.0) == 127)
    }

    @Test func everyFloatHasAnInteger() {
        #expect(Int(saturating: Float.infinity) == .max && Int(saturating: -Float.infinity) == .min)
        #expect(Int(saturating: Float.nan) == 0 && Int(saturating: Float(9.3e18)) == .max)
        #expect(UInt16(saturating: Float(65534.9)) == 65534 && UInt16(saturating: Float(65536)) == .max)
        #expect(Int(saturating: Float(-1.5)) == -1 && UInt16(saturating: Float(-1.5)) == 0)
        #expect(Int32(saturating: Float(2_147_483_520)) == 2_147_483_520)
    }
}
