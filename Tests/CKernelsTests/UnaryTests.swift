import CKernels
import Foundation
import Testing

@Suite struct UnaryTests {
    struct Case: CustomTestStringConvertible {
        let name: String, op: ck_unary_op, a: Float, b: Float
        let range: ClosedRange<Float>
        /// Errors are relative to values of at least this size.
        let floor: Double
        let function: @Sendable (Double) -> Double
        var testDescription: String { name }

        init(
            _ name: String, _ op: ck_unary_op, a: Float = 0, b: Float = 0, over range: ClosedRange<Float> = -3...3,
            floor: Double = 1e-30, _ function: @escaping @Sendable (Double) -> Double
        ) {
            (self.name, self.op, self.a, self.b, self.range, self.function) = (name, op, a, b, range, function)
            self.floor = floor
        }
    }

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    static func softplus(_ x: Double) -> Double {
        x.isNaN ? x : max(x, 0) + log1p(exp(-abs(x)))
    }

    static let cases: [Case] = [
        Case("copy", CK_COPY) { $0 }, Case("negate", CK_NEGATE) { -$0 }, Case("abs", CK_ABS) { abs($0) },
        Case("sign", CK_SIGN) { $0 > 0 ? 1 : ($0 < 0 ? -1 : $0) }, Case("square", CK_SQUARE) { $0 * $0 },
        Case("sqrt", CK_SQRT) { $0.squareRoot() }, Case("rsqrt", CK_RSQRT, over: 0...9) { 1 / $0.squareRoot() },
        Case("reciprocal", CK_RECIPROCAL) { 1 / $0 }, Case("exp", CK_EXP, over: -110...95) { exp($0) },
        Case("log", CK_LOG, over: 0...5) { log($0) }, Case("log of large", CK_LOG, over: 0...1e37) { log($0) },
        Case("log1p", CK_LOG1P, over: -1...4) { log1p($0) },
        Case("log1p near zero", CK_LOG1P, over: -1e-4...1e-4) { log1p($0) },
        Case("sin", CK_SIN, over: -30...30) { sin($0) }, Case("cos", CK_COS, over: -30...30) { cos($0) },
        Case("sin far out", CK_SIN, over: -3e6...3e6) { sin($0) },
        Case("tanh", CK_TANH, over: -12...12) { tanh($0) },
        Case("tanh near zero", CK_TANH, over: -0.01...0.01) { tanh($0) },
        Case("sigmoid", CK_SIGMOID, over: -85...85, sigmoid), Case("softplus", CK_SOFTPLUS, over: -85...85, softplus),
        Case("silu", CK_SILU, over: -80...80) { $0 * sigmoid($0) },
        Case("mish", CK_MISH, over: -40...40) { $0 * tanh(softplus($0)) },
        Case("normal CDF", CK_NORMAL_CDF, over: -9...9, floor: 0.3) { erfc(-$0 / 2.0.squareRoot()) / 2 },
        Case("gelu", CK_GELU, over: -9...9, floor: 0.6) { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 },
        Case("relu", CK_RELU) { $0 < 0 ? 0 : $0 },
        Case("leaky relu", CK_LEAKY_RELU, a: 0.2) { $0 > 0 ? $0 : $0 * Double(Float(0.2)) },
        Case("step", CK_STEP) { $0 > 0 ? 1 : 0 }, Case("leaky step", CK_LEAKY_STEP, a: 0.25) { $0 > 0 ? 1 : 0.25 },
        Case("clamp", CK_CLAMP, a: -1, b: 2) { $0 < -1 ? -1 : ($0 > 2 ? 2 : $0) },
        Case("inside", CK_INSIDE, a: -1, b: 2) { -1 <= $0 && $0 <= 2 ? 1 : 0 },
        Case("power 3", CK_POWER, a: 3) { pow($0, 3) }, Case("power 2", CK_POWER, a: 2) { $0 * $0 },
        Case("power 1.7", CK_POWER, a: 1.7, over: 0...9) { pow($0, Double(Float(1.7))) },
        Case("floor", CK_FLOOR) { $0.rounded(.down) }, Case("round", CK_ROUND) { $0.rounded(.toNearestOrEven) },
        Case("is finite", CK_IS_FINITE) { $0.isFinite ? 1 : 0 },
    ]

    @Test(arguments: cases) func agreesWithDoublePrecision(_ c: Case) {
        for size in sizes {
            let x = numbers(size, in: c.range)
            var y = buffer(size)
            ck_unary(c.op, x, &y, Int64(size), c.a, c.b)
            let difference = firstDifference(y, x.map { c.function(Double($0)) }, floor: c.floor)
            #expect(difference == nil, "\(c.name) of \(size) values")
        }
    }

    @Test(arguments: cases) func zerosInfinitiesAndNaNBehaveAsInC(_ c: Case) {
        let tiny = Float(bitPattern: 71362)  // 1e-40, below the normal numbers
        let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, tiny, -tiny, 3e38, 0.5, 1.5, 2.5, -0.5]
        // Sine and cosine of a number this large mean nothing; the other functions meet it.
        let x = c.op == CK_SIN || c.op == CK_COS ? special.filter { abs($0) != 3e38 } : special
        var y = buffer(x.count)
        ck_unary(c.op, x, &y, Int64(x.count), c.a, c.b)
        let expected = x.map { c.function(Double($0)) }
        let difference = firstDifference(y, expected, floor: max(2e-38, c.floor))
        // The reciprocal of the smallest numbers overflows in single precision.
        #expect(difference == nil || expected.contains { abs($0) > 3.4e38 && $0.isFinite }, "\(difference ?? "")")
        for (value, wanted) in zip(y, expected) { #expect(value.isNaN == wanted.isNaN) }
    }

    @Test func affineScalesAndShifts() {
        let x = numbers(1000)
        var y = buffer(1000)
        ck_unary(CK_AFFINE, x, &y, 1000, 2.5, -0.75)
        #expect(firstDifference(y, x.map { Double($0) * 2.5 - 0.75 }, floor: 1) == nil)
    }

    @Test func worksInPlace() {
        let x = numbers(40000)
        var y = buffer(40000), inPlace = x
        ck_unary(CK_TANH, x, &y, 40000, 0, 0)
        inPlace.withUnsafeMutableBufferPointer { ck_unary(CK_TANH, $0.baseAddress, $0.baseAddress, 40000, 0, 0) }
        #expect(y == inPlace)
    }
}
