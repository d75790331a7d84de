import Cluster
import TestSupport
import Testing

/// Numbers that travel in bfloat16.
@Suite struct SumKindTests {
    @Test func numbersAreRoundedToTheNearest() {
        #expect(BFloat16(1).number == 1 && BFloat16(-0.15625).number == -0.15625)
        let step: Float = 1 / 128
        // Halfway, to even.
        #expect(BFloat16(1 + step / 2).number == 1 && BFloat16(1 + 3 * step / 2).number == 1 + 2 * step)
        #expect(BFloat16(1 + step * 0.51).number == 1 + step && BFloat16(1 + step * 0.49).number == 1)
        #expect(BFloat16(.infinity).number == .infinity && BFloat16(Float.greatestFiniteMagnitude).number == .infinity)
        #expect(BFloat16(.nan).number.isNaN && BFloat16(-.nan).number.isNaN)
        #expect(BFloat16(Float(bitPattern: 0x7f80_0001)).number.isNaN)
        #expect(BFloat16(-0.0).number.sign == .minus)
    }

    @Test(arguments: [2, 3, 4]) func sumsAreOffByTheRoundingOfTermsAndSum(_ ranks: Int) throws {
        let count = 1000
        let terms = (0..<ranks).map { (rank: Int) -> [Float] in
            (0..<count).map { (index: Int) -> Float in
                let number: Int = (index + 1) * 7919 * (rank + 3) % 2003
                return Float(number - 1001) / 317
            }
        }
        let sums = try ThreadCommunicator.together(ranks) { communicator in
            let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
            defer { numbers.deallocate() }
            _ = numbers.initialize(from: terms[communicator.rank])
            communicator.beginSum(of: numbers, times: 1, .bfloat16).finish()
            return Array(numbers)
        }
        #expect(sums.allSatisfy { $0 == sums[0] })
        var isRounded = false
        for index in 0..<count {
            let exact = terms.reduce(0) { $0 + Double($1[index]) }
            let size = terms.reduce(0) { $0 + Double(abs($1[index])) }
            let error = abs(Double(sums[0][index]) - exact)
            #expect(error <= (size + abs(exact)) / 256)
            isRounded = isRounded || error > size / 4096
        }
        #expect(isRounded)
    }
}
