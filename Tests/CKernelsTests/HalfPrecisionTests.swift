import CKernels
import Testing

@Suite struct HalfPrecisionTests {
    private let patterns = (0...UInt16.max).map { $0 }

    @Test func everyHalfBecomesItsFloat() {
        var floats = buffer(65536)
        ck_half_to_float(patterns, &floats, 65536)
        for pattern in patterns {
            // Sign, exponent and mantissa taken apart, since not every platform has the type.
            let exponent = Int(pattern >> 10 & 31), mantissa = Float(pattern & 1023)
            let sign: Float = pattern & 0x8000 == 0 ? 1 : -1, got = floats[Int(pattern)]
            if exponent == 31 {
                #expect(mantissa == 0 ? got == sign * .infinity : got.isNaN)
            } else {
                let value =
                    exponent == 0
                    ? mantissa * Float(sign: .plus, exponent: -24, significand: 1)
                    : Float(sign: .plus, exponent: exponent - 15, significand: 1 + mantissa / 1024)
                #expect(got == sign * value && got.sign == (sign > 0 ? .plus : .minus))
            }
        }
    }

    @Test func halvesSurviveTheRoundTrip() {
        var floats = buffer(65536), back = patterns
        ck_half_to_float(patterns, &floats, 65536)
        ck_float_to_half(floats, &back, 65536)
        for (pattern, again) in zip(patterns, back) {
            if pattern & 0x7fff > 0x7c00 {
                #expect(again & 0x7e00 == 0x7e00 && again & 0x8000 == pattern & 0x8000)
            } else {
                #expect(again == pattern)
            }
        }
        ck_bfloat16_to_float(patterns, &floats, 65536)
        #expect(zip(patterns, floats).allSatisfy { $1.bitPattern == UInt32($0) << 16 })
        ck_float_to_bfloat16(floats, &back, 65536)
        #expect(zip(patterns, back).allSatisfy { $1 == $0 || $0 & 0x7fff > 0x7f80 && $1 == $0 | 0x40 })
    }

    @Test func roundsToTheNearestAndTiesToEven() {
        // Between each pair of neighbors: just under the middle, the middle, just over it.
        var floats = buffer(65536), x: [Float] = [], expected: [UInt16] = []
        ck_half_to_float(patterns, &floats, 65536)
        for low in UInt16(0)..<0x7bff {
            let middle = (floats[Int(low)] + floats[Int(low) + 1]) / 2
            x += [middle.nextDown, middle, middle.nextUp]
            expected += [low, low & 1 == 0 ? low : low + 1, low + 1]
        }
        x += [65519.996, 65520, 1e30, -65520, 2.9e-8, 2.98023223876953125e-8, .leastNonzeroMagnitude, -0.0, .infinity]
        expected += [0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 0, 0, 0x8000, 0x7c00]
        var got = [UInt16](repeating: 0, count: x.count)
        ck_float_to_half(x, &got, Int64(x.count))
        #expect(got == expected)
    }

    @Test func bfloatRoundsToTheNearestAndTiesToEven() {
        let x: [Float] = [
            Float(bitPattern: 0x3f80_7fff), Float(bitPattern: 0x3f80_8000), Float(bitPattern: 0x3f80_8001),
            Float(bitPattern: 0x3f81_8000), Float(bitPattern: 0x7f7f_ffff), .nan, -.infinity,
        ]
        var got = [UInt16](repeating: 0, count: x.count)
        ck_float_to_bfloat16(x, &got, Int64(x.count))
        #expect(got == [0x3f80, 0x3f80, 0x3f81, 0x3f82, 0x7f80, 0x7fc0, 0xff80])
    }
}
