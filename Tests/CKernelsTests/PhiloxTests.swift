import CKernels
import Foundation
import Testing

@Suite struct PhiloxTests {
    /// Four words from a counter and a key, written as in the paper.
    private func block(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
        var c = counter, k = key
        for _ in 0..<10 {
            let p0 = UInt64(0xD251_1F53) * UInt64(c[0]), p1 = UInt64(0xCD9E_8D57) * UInt64(c[2])
            c = [
                UInt32(p1 >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: p1),
                UInt32(p0 >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: p0),
            ]
            k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
        }
        return c
    }

    private func bits(_ seed: UInt64, _ stream: UInt64, _ offset: UInt64, _ count: Int) -> [UInt32] {
        var y = [UInt32](repeating: 0, count: count)
        ck_philox_bits(seed, stream, offset, &y, Int64(count))
        return y
    }

    @Test func publishedAnswers() {
        let ones = UInt32.max
        #expect(block([0, 0, 0, 0], [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(
            block([ones, ones, ones, ones], [ones, ones]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0])
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
        #expect(bits(0, 0, 0, 4) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    }

    @Test func countsBlocksOfFourWords() {
        let seed: UInt64 = 0x299f_31d0_a409_3822, stream: UInt64 = 0x0370_7344_1319_8a2e
        // Across the carry from the low to the high word of the block number.
        let first: UInt64 = 0x25a3_08d3_ffff_fffa
        let expected = (0..<20).flatMap { step -> [UInt32] in
            let number = first + UInt64(step)
            return block(
                [UInt32(truncatingIfNeeded: number), UInt32(number >> 32), 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0])
        }
        #expect(bits(seed, stream, first * 4, 80) == expected)
    }

    @Test func anElementDependsOnItsPlaceOnly() {
        let count = 40000
        let all = bits(7, 3, 0, count)
        var normal = buffer(count), uniform = buffer(count)
        ck_philox_normal(7, 3, 0, &normal, Int64(count))
        ck_philox_uniform(7, 3, 0, &uniform, Int64(count))
        for (offset, length) in [(0, 1), (1, 1), (3, 130), (62, 4), (63, 65), (8191, 9000), (39_999, 1)] {
            #expect(bits(7, 3, UInt64(offset), length) == Array(all[offset..<offset + length]))
            var part = buffer(length)
            ck_philox_normal(7, 3, UInt64(offset), &part, Int64(length))
            #expect(part == Array(normal[offset..<offset + length]))
            ck_philox_uniform(7, 3, UInt64(offset), &part, Int64(length))
            #expect(part == Array(uniform[offset..<offset + length]))
        }
        #expect(bits(8, 3, 0, 4) != Array(all[0..<4]) && bits(7, 4, 0, 4) != Array(all[0..<4]))
    }

    @Test func uniformNumbersFillTheUnitInterval() {
        var x = buffer(40000)
        ck_philox_uniform(1, 2, 0, &x, 40000)
        #expect(x.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(zip(x, bits(1, 2, 0, 40000)).allSatisfy { $0 == Float($1 >> 8) / 16_777_216 })
        let mean = x.map(Double.init).reduce(0, +) / 40000
        #expect(abs(mean - 0.5) < 4 * 0.2887 / 200)
    }

    @Test func normalNumbersAreBoxAndMullers() {
        let count = 40000, words = bits(5, 6, 0, count)
        var x = buffer(count)
        ck_philox_normal(5, 6, 0, &x, Int64(count))
        let expected = (0..<count).map { i -> Double in
            let u = (Double(words[i & ~1]) + 1) / 4_294_967_296, turn = Double(words[i | 1] >> 8) / 16_777_216
            return sqrt(-2 * log(u)) * (i % 2 == 0 ? cos(2 * .pi * turn) : sin(2 * .pi * turn))
        }
        // Near radius 0 the rounding of u to single precision shows.
        #expect(firstDifference(x, expected, relative: 1e-5, floor: 50) == nil)
        let values = x.map(Double.init), mean = values.reduce(0, +) / Double(count)
        let variance = values.map { $0 * $0 }.reduce(0, +) / Double(count)
        let fourth = values.map { $0 * $0 * $0 * $0 }.reduce(0, +) / Double(count)
        #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03 && abs(fourth - 3) < 0.2)
    }
}
