import Models
import TensorCore
import Testing

@Suite struct SeededLatentsTests {
    @Test func aSeedGivesTheSameVectorInAnyBatch() {
        let together = SeededLatents.normal(seeds: [3, 9, 4], size: 37)
        for (row, seed) in [3, 9, 4].enumerated() {
            let alone = SeededLatents.normal(seeds: [UInt64(seed)], size: 37)
            #expect(together.slice(axis: 0, from: row, count: 1).values == alone.values)
        }
        #expect(SeededLatents.normal(seeds: [3], size: 37).values != SeededLatents.normal(seeds: [4], size: 37).values)
    }

    @Test(arguments: [Float(2), 1, 0.5, 0.02])
    func truncationKeepsWithinItsLimit(limit: Float) {
        let plain = SeededLatents.normal(seeds: Array(0..<50), size: 100).values
        let truncated = SeededLatents.normal(seeds: Array(0..<50), size: 100, truncation: limit).values
        #expect(truncated.allSatisfy { $0.magnitude <= limit })
        for (before, after) in zip(plain, truncated) where before.magnitude <= limit { #expect(before == after) }
        let variance = truncated.reduce(0.0) { $0 + Double($1 * $1) } / Double(truncated.count)
        // Of a normal distribution cut off at t: 1 - 2 t φ(t) / (2 Φ(t) - 1).
        let expected: [Float: Double] = [2: 0.7737, 1: 0.2911, 0.5: 0.0806]
        if let expected = expected[limit] { #expect(abs(variance - expected) < 0.05 * expected) }
    }

    @Test func noTruncationAtAllAndTotal() {
        #expect(SeededLatents.normal(seeds: [1], size: 8, truncation: 0).values.allSatisfy { $0 == 0 })
        #expect(
            SeededLatents.normal(seeds: [1], size: 8, truncation: 100).values
                == SeededLatents.normal(seeds: [1], size: 8).values)
    }

    @Test func interpolationGoesAlongTheSphere() {
        let (a, b) = (Tensor([1, 0], shape: [1, 2]), Tensor([0, 1], shape: [1, 2]))
        let path = SeededLatents.spherical(from: a, to: b, frames: 3).values
        let half = Float(0.5).squareRoot()
        for (value, expected) in zip(path, [1, 0, half, half, 0, 1]) { #expect(abs(value - expected) < 1e-6) }
    }

    @Test func interpolationBetweenVectorsInLineIsStraight() {
        let a = Tensor([1, 2], shape: [1, 2])
        #expect(SeededLatents.spherical(from: a, to: a, frames: 2).values == [1, 2, 1, 2])
        #expect(SeededLatents.spherical(from: a, to: -a, frames: 3).values == [1, 2, 0, 0, -1, -2])
        #expect(SeededLatents.spherical(from: a, to: -a, frames: 1).values == [1, 2])
    }

    @Test func lengthsStayBetweenThoseOfTheEnds() {
        let ends = SeededLatents.normal(seeds: [1, 2], size: 64)
        let (a, b) = (ends.slice(axis: 0, from: 0, count: 1), ends.slice(axis: 0, from: 1, count: 1))
        let path = SeededLatents.spherical(from: a, to: b, frames: 9)
        for frame in 0..<9 {
            let length = path.slice(axis: 0, from: frame, count: 1).norm
            #expect(length > min(a.norm, b.norm) * 0.98 && length < max(a.norm, b.norm) * 1.02)
        }
    }
}
