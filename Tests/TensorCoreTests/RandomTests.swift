import TensorCore
import Testing

@Suite("Random numbers") struct RandomTests {
    @Test("the same numbers in one draw, in several, and from a later position")
    func splits() {
        let whole = Random(seed: 3, stream: 2).normal([1000]).values
        let pieces = Random(seed: 3, stream: 2)
        let sizes = [4, 400, 96, 500]
        let joined = sizes.flatMap { pieces.normal([$0]).values }
        #expect(joined == whole)
        #expect(pieces.position == 1000)
        #expect(Random(seed: 3, stream: 2, position: 404).normal([96]).values == Array(whole[404..<500]))
        #expect(Random(seed: 3, stream: 2).normal([10, 5, 20]).values == whole)
    }

    @Test("seeds and streams differ and are not correlated")
    func independence() {
        let count = 20_000
        let samples = [
            Random(seed: 0).normal([count]), Random(seed: 0, stream: 1).normal([count]),
            Random(seed: 1).normal([count]), Random(seed: 1 << 40).normal([count]),
            Random(seed: 0, stream: 1 << 40).normal([count]),
        ]
        for i in samples.indices {
            for j in samples.indices where j > i {
                let correlation = (samples[i] * samples[j]).mean().item
                #expect(abs(correlation) < 0.03, "samples \(i) and \(j)")
            }
        }
    }

    @Test func normalNumbersHaveTheMomentsOfTheNormalLaw() {
        let x = Random(seed: 7).normal([200_000])
        #expect(abs(x.mean().item) < 0.01)
        #expect(abs(x.squared().mean().item - 1) < 0.015)
        #expect(abs(x.power(3).mean().item) < 0.04)
        #expect(abs(x.squared().squared().mean().item - 3) < 0.1)
        #expect(x.isFinite)
        let moved = Random(seed: 7).normal([200_000], mean: 2, deviation: 0.5)
        #expect(abs(moved.mean().item - 2) < 0.01)
        #expect(abs(moved.variance(axes: [0]).item - 0.25) < 0.01)
    }

    @Test func uniformNumbersFillTheirRange() {
        let x = Random(seed: 8).uniform([100_000], in: -2..<3)
        #expect(abs(x.mean().item - 0.5) < 0.03)
        #expect(x.min(axes: [0]).item >= -2 && x.min(axes: [0]).item < -1.99)
        #expect(x.max(axes: [0]).item < 3 && x.max(axes: [0]).item > 2.99)
        #expect(abs(x.variance(axes: [0]).item - 25.0 / 12) < 0.05)
    }

    @Test func integersAndPermutations() {
        let draws = Random(seed: 4).integers(60_000, in: -2..<4)
        var counts = [Int](repeating: 0, count: 6)
        for draw in draws where (-2..<4).contains(draw) { counts[draw + 2] += 1 }
        #expect(counts.reduce(0, +) == 60_000)
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })

        let order = Random(seed: 4).permutation(500)
        #expect(order.sorted() == Array(0..<500) && order != Array(0..<500))
        #expect(order == Random(seed: 4).permutation(500))
        #expect(order != Random(seed: 5).permutation(500))
        #expect(Random(seed: 4).permutation(1) == [0] && Random(seed: 4).permutation(0).isEmpty)
    }
}
