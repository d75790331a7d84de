import Layers
import TensorCore
import Testing

/// Layers that look something up for a class take shares of classes, too.
@Suite struct MixedClassTests {
    private let shares = Tensor([0, 1, 0, 0.25, 0, 0.75], shape: [2, 3])

    @Test func embeddingsOfSharesAreMeans() {
        let table = Embedding(3, 4, random: Random(seed: 1))
        let each = table([0, 1, 2], .inference).values
        let mixed = table(shares, .inference)
        let expected = Array(each[4..<8]) + (0..<4).map { 0.25 * each[$0] + 0.75 * each[8 + $0] }
        #expect(mixed.shape == [2, 4])
        #expect(zip(mixed.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func conditionalNormalizationTakesShares() {
        let norm = ConditionalBatchNorm(4, classes: 3)
        let random = Random(seed: 2)
        for part in [norm.gamma, norm.beta] { part.weight.assign(random.normal([3, 4])) }
        let x = random.normal([2, 4, 3, 3])
        let mixed = norm(x, shares, .inference)
        let each = (0..<3).map { norm(x, [$0, $0], .inference) }
        let expected = Tensor.concatenated([
            each[1].slice(axis: 0, from: 0, count: 1),
            (each[0].scaled(by: 0.25) + each[2].scaled(by: 0.75)).slice(axis: 0, from: 1, count: 1),
        ])
        #expect((mixed - expected).norm < 1e-5)
    }
}
