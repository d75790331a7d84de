import Layers
import Pix2Pix
import TensorCore
import TestSupport
import Testing

/// The generators' plans: as exact as the networks themselves, and without a step that a fusion makes needless.
@Suite struct TranslationPlanTests {
    private let random = Random(seed: 2)

    @Test func unet() {
        let network = UNetGenerator(levels: 5, width: 8, random: random)
        unsettle(network)
        let check = PlanCheck([2, 3, 64, 32]) { network($0, .inference) }
        #expect(check.error < 1e-5)
        #expect(check.count("convolution") == 10 && check.count("transposed") == 5)
        // Between the levels one relu that two of them want, and nothing else; the last is the input's arrangement.
        #expect(check.count("pointwise") == 4 && check.count("concatenation") == 4, "\(check.plan.listing)")
        #expect(check.stepCount == 19)
    }

    @Test func unetWithInstanceNorm() {
        let network = UNetGenerator(levels: 4, width: 8, normalization: .instance, random: random)
        let check = PlanCheck([1, 3, 32, 32]) { network($0, .inference) }
        #expect(check.error < 1e-5)
    }

    @Test func residualGenerator() {
        for normalization in [NormalizationKind.instance, .batch] {
            let network = ResNetGenerator(blocks: 2, width: 8, normalization: normalization, random: random)
            unsettle(network)
            let check = PlanCheck([1, 3, 32, 24]) { network($0, .inference) }
            #expect(check.error < 1e-5)
        }
    }
}
