import Layers
import TensorCore
import TestSupport
import Testing

@Suite struct AdversarialLossTests {
    @Test(arguments: AdversarialLoss.allCases)
    func extremeLogitsStayFinite(_ loss: AdversarialLoss) {
        let real = Tensor([1e4, -1e4], shape: [2]).requiringGradient()
        let fake = Tensor([-1e4, 1e4], shape: [2]).requiringGradient()
        for value in [loss.discriminator(real: real, fake: fake), loss.generator(fake: fake, real: real)] {
            #expect(value.isFinite)
            let weights = gradients(of: value, at: [real, fake], createGraph: true)
            #expect(weights.allSatisfy { $0?.isFinite ?? true })
        }
    }

    @Test(arguments: AdversarialLoss.allCases)
    func derivativesOfBothOrders(_ loss: AdversarialLoss) {
        // Away from the hinge's kinks at ±1.
        let inputs = [Tensor([0.3, -0.4, 1.7, -2.1], shape: [4]), Tensor([-0.6, 0.5, 2.2, -1.6], shape: [4])]
        for function: FiniteDifferences.Function in [
            { loss.discriminator(real: $0[0], fake: $0[1]) }, { loss.generator(fake: $0[1], real: $0[0]) },
        ] {
            #expect(FiniteDifferences.firstOrderError(of: function, at: inputs) < 2e-3)
            #expect(FiniteDifferences.secondOrderError(of: function, at: inputs) < 2e-3)
        }
    }

    @Test func namesForConfigurations() {
        #expect(AdversarialLoss(rawValue: "nonSaturating") == .nonSaturating)
        #expect(AdversarialLoss.allCases.filter(\.comparesWithReal) == [.relativisticAverage, .relativisticPairing])
    }
}
