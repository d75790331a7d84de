import Layers
import TensorCore
import Testing

@Suite struct InitializerTests {
    private static let shape: Shape = [64, 32, 3, 3]

    private func spread(_ initializer: Initializer) -> (mean: Float, deviation: Float, largest: Float) {
        let values = initializer(Self.shape, random: Random(seed: 7)).values
        let mean = values.reduce(0, +) / Float(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
        return (mean, variance.squareRoot(), values.reduce(0) { max($0, abs($1)) })
    }

    private static let fanIn: Float = 32 * 9
    private static let fanOut: Float = 64 * 9

    @Test(arguments: [
        (Initializer.pytorchDefault, 1 / fanIn.squareRoot()),
        (.xavierUniform(gain: 2), 2 * (6 / (fanIn + fanOut)).squareRoot()),
        (.kaimingUniform(slope: 0.2), (6 / (1.04 * fanIn)).squareRoot()),
        (.kaimingUniform(mode: .fanOut), (6 / fanOut).squareRoot()),
        (.uniform(low: -0.5, high: 0.5), 0.5),
    ])
    func uniform(_ initializer: Initializer, _ bound: Float) {
        let (mean, deviation, largest) = spread(initializer)
        #expect(largest <= bound && largest > 0.999 * bound)
        #expect(abs(deviation / bound - 1 / Float(3).squareRoot()) < 0.01)
        #expect(abs(mean) < 0.02 * bound)
    }

    @Test(arguments: [
        (Initializer.normal(0.02), Float(0.02)),
        (.xavierNormal(), (2 / (fanIn + fanOut)).squareRoot()),
        (.kaimingNormal(slope: 0.2), (2 / (1.04 * fanIn)).squareRoot()),
        (.kaimingNormal(mode: .fanOut), (2 / fanOut).squareRoot()),
    ])
    func normal(_ initializer: Initializer, _ expected: Float) {
        let (mean, deviation, largest) = spread(initializer)
        #expect(abs(deviation / expected - 1) < 0.02)
        #expect(abs(mean) < 0.03 * expected)
        #expect(largest > 3 * expected && largest < 6 * expected)
    }

    @Test(arguments: [Shape([6, 20]), [20, 6], [8, 2, 3, 3]])
    func orthogonal(_ shape: Shape) {
        let weight = Initializer.orthogonal(gain: 1.5)(shape, random: Random(seed: 8))
        let matrix = weight.reshaped(to: [shape[0], shape.count / shape[0]])
        let isWide = matrix.shape[0] <= matrix.shape[1]
        let gram =
            isWide
            ? matrix.matrixProduct(matrix, transposingOther: true) : matrix.matrixProduct(matrix, transposingSelf: true)
        let size = gram.shape[0]
        #expect(distance(gram, Tensor.oneHot(Array(0..<size), classes: size).scaled(by: 2.25)) < 1e-5)
    }

    @Test func biasesFollowTheWeightOnlyByDefault() {
        let plain = Linear(16, 400, random: Random(seed: 9))
        let largest = plain.bias?.value.values.reduce(0) { max($0, abs($1)) } ?? 0
        #expect(largest <= 0.25 && largest > 0.24)
        let normal = ConvTranspose2d(4, 4, kernel: 4, initializer: .normal(0.02), random: Random(seed: 9))
        #expect(normal.bias?.value.values == [0, 0, 0, 0])
    }

    @Test func theSameSeedGivesTheSameNetwork() {
        let twins = [1, 1, 2].map { Conv2d(3, 4, kernel: 3, random: Random(seed: $0)).weight.value.values }
        #expect(twins[0] == twins[1])
        #expect(twins[0] != twins[2])
    }
}
