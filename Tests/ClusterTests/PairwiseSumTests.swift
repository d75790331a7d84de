import Cluster
import TestSupport
import Testing

/// The order of sums, which decides their bits.
@Suite struct PairwiseSumTests {
    private static func sum(_ terms: some Sequence<Float>) -> Float {
        var sum = PairwiseSum<Float>(+)
        for term in terms { sum.add(term) }
        return sum.total ?? 0
    }

    /// Numbers of very different sizes: almost any other order gives other bits.
    private static let terms = (0..<24).map { (number: Int) -> Float in
        let size: Float = number % 3 == 0 ? 1e-4 : 1
        return Float((number * 7919) % 1009) / 7 * size
    }

    @Test func neighborsComeFirst() {
        var words = PairwiseSum<String> { "(\($0)\($1))" }
        for letter in ["a", "b", "c", "d", "e", "f", "g"] { words.add(letter) }
        #expect(words.total == "(((ab)(cd))((ef)g))")
        #expect(words.open == ["g", "(ef)", "((ab)(cd))"])
        #expect(PairwiseSum<Float>(+).total == nil)
    }

    @Test(arguments: [(8, 1), (8, 2), (8, 4), (8, 8), (12, 2), (12, 4), (24, 8), (6, 1), (6, 2)])
    func ranksWithAPowerOfTwoOfTermsDoNotChangeTheBits(_ count: Int, _ each: Int) {
        let terms = Self.terms.prefix(count)
        let ranks = stride(from: 0, to: count, by: each).map { Self.sum(terms[$0..<$0 + each]) }
        #expect(Self.sum(ranks).bitPattern == Self.sum(terms).bitPattern)
    }

    /// Otherwise the test above proves nothing.
    @Test func anotherOrderGivesOtherBits() {
        let terms = Self.terms.prefix(8)
        #expect(terms.reduce(0, +).bitPattern != Self.sum(terms).bitPattern)
    }

    @Test func ranksOfThreadsSumInTheirOrder() throws {
        let terms = Self.terms
        let sums = try ThreadCommunicator.together(4) { ranks in
            let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: 6)
            defer { numbers.deallocate() }
            for i in 0..<6 { numbers.initializeElement(at: i, to: terms[ranks.rank * 6 + i]) }
            let pending = ranks.beginSum(of: numbers, times: 0.5, .float32)
            let gathered = ranks.beginGather([Float(ranks.rank), 0.5])
            // Other calls may come before the sum is finished.
            #expect(ranks.gather([UInt8(ranks.rank)]) == [[0], [1], [2], [3]])
            #expect(ranks.broadcast([UInt8(7 + ranks.rank)]) == [7])
            #expect(ranks.any(ranks.rank == 2) && !ranks.any(false))
            #expect(gathered.finish() == [[0, 0.5], [1, 0.5], [2, 0.5], [3, 0.5]])
            pending.finish()
            return Array(numbers)
        }
        for sum in sums {
            #expect(sum == (0..<6).map { i in 0.5 * Self.sum((0..<4).map { terms[$0 * 6 + i] }) })
        }
    }

    @Test func aProcessOnItsOwnNeedsNoOthers() {
        let alone = Alone()
        #expect(alone.gather([1, 2]) == [[1, 2]] && alone.broadcast([3]) == [3])
        #expect(alone.beginGather([4]).finish() == [[4]])
        #expect(alone.isFirst && alone.any(true) && !alone.any(false))
    }
}
