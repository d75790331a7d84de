import Layers
import TensorCore
import TestSupport
import Testing

@Suite struct GradientPenaltyTests {
    @Test func wganPenaltyIsTakenOnTheLineBetween() {
        // D(x) = x² / 2 has the gradient x: the penalty is the mean of (|x̂| − 1)², with x̂ between 3 and 5.
        let penalty = wganGradientPenalty(
            real: .full([1000, 1], 5), fake: .full([1000, 1], 3), random: Random(seed: 2)
        ) { ($0.squared() * 0.5).sum(axes: [1]) }.item
        // E (x̂ − 1)² for x̂ even on 3 ... 5 is 28/3.
        #expect(abs(penalty - 28 / 3) < 0.2)
    }

    /// D(x) = x² / 2 has the gradient x: the penalties are the means of x², each at its own images.
    @Test func r1AndR2AreTakenAtTheirImages() {
        func critic(_ x: Tensor) -> Tensor { (x.squared() * 0.5).sum(axes: [1]) }
        let real = Tensor([1, 2, 3, 4], shape: [2, 2]).requiringGradient()
        let fake = Tensor([0, 1, 0, 5], shape: [2, 2]).requiringGradient()
        #expect(r1Penalty(logits: critic(real), images: real).item == 15)
        #expect(r2Penalty(logits: critic(fake), images: fake).item == 13)
    }

    /// The gradient of each penalty at the weights, which passes through the second derivative of every layer, against
    /// finite differences.
    @Test func derivativesThroughPenalties() {
        let real = Random(seed: 3).normal([3, 2, 4, 4])
        let weights = [
            Random(seed: 4).normal([3, 2, 4, 4], deviation: 0.3), Random(seed: 5).normal([3], deviation: 0.3),
            Random(seed: 6).normal([1, 3, 2, 2], deviation: 0.5),
        ]
        func critic(_ x: Tensor, _ w: [Tensor]) -> Tensor {
            let hidden = x.convolved(with: w[0], bias: w[1], .init(stride: 2, padding: 1))
            return hidden.tanh().batchNormalized(epsilon: 0.1).output.convolved(with: w[2]).flattened()
        }
        let r1: FiniteDifferences.Function = { w in
            let images = real.requiringGradient()
            return r1Penalty(logits: critic(images, w), images: images)
        }
        let wganGP: FiniteDifferences.Function = { w in
            wganGradientPenalty(real: real, fake: -real, random: Random(seed: 7)) { critic($0, w) }
        }
        #expect(FiniteDifferences.firstOrderError(of: r1, at: weights, step: 1.0 / 512) < 5e-3)
        #expect(FiniteDifferences.firstOrderError(of: wganGP, at: weights, step: 1.0 / 512) < 5e-3)
    }
}
