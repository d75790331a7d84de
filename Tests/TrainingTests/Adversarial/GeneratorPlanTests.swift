import Layers
import TensorCore
import TestSupport
import Testing

@testable import Training

/// The DCGAN generator's plan: every batch norm in its convolution, every activation where the values are made.
@Suite struct GeneratorPlanTests {
    @Test func dcgan() {
        let network = DCGANGenerator(inputs: 20, size: 32, channels: 3, width: 16, random: Random(seed: 1))
        unsettle(network)
        let check = PlanCheck([3, 20]) { network($0, .inference) }
        #expect(check.error < 1e-5)
        #expect(check.count("transposed", "multipliers, bias, relu") == 3 && check.count("tanh") == 1)
        #expect(check.stepCount == 4, "\(check.plan.listing)")
    }
}
