import TestSupport
import Testing

@testable import TensorCore

/// Gradients that are told while the walk goes on.
@Suite struct GradientOrderTests {
    private let x = Random(seed: 1).normal([2, 3, 8, 8])
    private let first = Random(seed: 2).normal([4, 3, 3, 3]).requiringGradient()
    private let second = Random(seed: 3).normal([4, 4, 3, 3]).requiringGradient()
    private let transposed = Random(seed: 4).normal([4, 2, 4, 4]).requiringGradient()
    private let bias = Random(seed: 5).normal([2]).requiringGradient()
    private var leaves: [Tensor] { [first, second, transposed, bias] }

    /// - Parameter repetitions: how often the second convolution is used.
    private func loss(repetitions: Int) -> Tensor {
        let same = ConvolutionParameters(padding: 1)
        var y = x.convolved(with: first, same).leakyReLU(slope: 0.2)
        for _ in 0..<repetitions { y = y.convolved(with: second, same).leakyReLU(slope: 0.2) }
        y = y.transposedConvolved(with: transposed, bias: bias, ConvolutionParameters(stride: 2, padding: 1))
        return (y * y).sum()
    }

    /// In which order the gradients of all leaves come; they must be those of a walk that tells them at the end.
    private func order(repetitions: Int, canWait: @escaping (Int) -> Bool) -> [Int] {
        let wanted = gradients(of: loss(repetitions: repetitions), at: leaves)
        var order: [Int] = []
        gradients(of: loss(repetitions: repetitions), at: leaves, canWait: canWait) { number, gradient in
            order.append(number)
            #expect(gradient.values == wanted[number]?.values)
        }
        return order
    }

    @Test func gradientsComeAsSoonAsTheyAreComplete() {
        let order = order(repetitions: 1) { _ in false }
        #expect(Set(order.prefix(2)) == [2, 3] && order.suffix(2) == [1, 0])
    }

    @Test func weightsOfConvolutionsCanWait() {
        #expect(order(repetitions: 1) { $0 == 2 } == [3, 1, 0, 2])
        #expect(order(repetitions: 1) { $0 != 0 } == [3, 0, 2, 1])
    }

    @Test func sumsKeepTheirOrder() {
        // The second weight has two contributions, and the bias is summed with the rest.
        let order = order(repetitions: 2) { $0 == 1 || $0 == 3 }
        #expect(Set(order.prefix(2)) == [2, 3] && order.suffix(2) == [1, 0])
    }
}
