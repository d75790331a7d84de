import Foundation
import Layers
import TensorCore
import Testing

@Suite struct PlainLossTests {
    @Test func binaryCrossEntropyIsTheFormula() {
        let logits: [Float] = [-1.5, 0, 2]
        let targets: [Float] = [0, 0.9, 1]
        let expected =
            zip(logits, targets).reduce(0.0) { sum, pair in
                let p = 1 / (1 + exp(-Double(pair.0)))
                return sum - Double(pair.1) * log(p) - (1 - Double(pair.1)) * log(1 - p)
            } / 3
        let x = Tensor(logits, shape: [3])
        #expect(abs(Double(binaryCrossEntropy(logits: x, targets: Tensor(targets, shape: [3])).item) - expected) < 1e-6)
        let smooth = binaryCrossEntropy(logits: x, targets: .full([3], 0.9)).item
        #expect(abs(binaryCrossEntropy(logits: x, target: 0.9).item - smooth) < 1e-6)
        #expect(binaryCrossEntropy(logits: Tensor([1000, -1000], shape: [2]), target: 1).item == 500)
    }

    @Test func crossEntropyIsTheFormulaAndItsGradient() throws {
        let x = Tensor([1, 2, 3, 0, 0, 0], shape: [2, 3]).requiringGradient()
        let loss = crossEntropy(logits: x, labels: [2, 0])
        let total = exp(1.0) + exp(2.0) + exp(3.0)
        #expect(abs(Double(loss.item) - (log(total) - 3 + log(3.0)) / 2) < 1e-6)
        let slope = try #require(gradients(of: loss, at: [x])[0])
        let expected = (x.softmax() - Tensor.oneHot([2, 0], classes: 3)).scaled(by: 0.5)
        #expect(distance(slope, expected.detached) < 1e-6)
    }

    @Test func smoothingMixesInTheEvenDistribution() {
        let x = Tensor([1, 2, 3], shape: [1, 3])
        let sharp = (0..<3).map { crossEntropy(logits: x, labels: [$0]).item }
        let expected = 0.9 * sharp[1] + 0.1 * sharp.reduce(0, +) / 3
        #expect(abs(crossEntropy(logits: x, labels: [1], smoothing: 0.1).item - expected) < 1e-6)
    }

    @Test func distances() {
        let (x, y) = (Tensor([1, -2, 3], shape: [3]), Tensor([0, 0, 5], shape: [3]))
        #expect(abs(l1Loss(x, y).item - 5 / 3) < 1e-6)
        #expect(abs(meanSquaredError(x, y).item - 3) < 1e-6)
    }
}
