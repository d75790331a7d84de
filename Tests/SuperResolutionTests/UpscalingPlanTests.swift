import Layers
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// The networks' plans: as exact as the networks themselves, and without a step that a fusion makes needless.
@Suite struct UpscalingPlanTests {
    private let random = Random(seed: 4)

    @Test func compactNetwork() {
        for scale in [2, 4] {
            let network = SRVGGNetCompact(scale: scale, features: 16, convolutions: 3, random: random)
            unsettle(network)
            let check = PlanCheck([2, 3, 12, 9]) { network($0, .inference) }
            #expect(check.error < 1e-5)
            // The input's arrangement, five convolutions, and the shuffle that adds the upscaled input.
            #expect(check.count("convolution", "prelu") == 4 && check.stepCount == 7, "\(check.plan.listing)")
        }
    }

    @Test func residualInResidualDenseBlocks() {
        let network = RRDBNet(features: 16, blocks: 2, growth: 8, random: random)
        let check = PlanCheck([1, 3, 12, 16]) { network($0, .inference) }
        #expect(check.error < 1e-5)
        let convolutions = 2 * 3 * 5 + 6
        #expect(check.count("convolution") == convolutions && check.count("transposed") == 2)
        #expect(check.count("pointwise") == 0 && check.count("upscaling") == 0, "\(check.plan.listing)")
        #expect(check.count("convolution", "2 added") == 2)
        // Three growing buffers at low resolution are less than two arrays at high resolution.
        let large = 2 * 16 * (4 * 12) * (4 * 16) * 4
        #expect(check.plan.statistics.bufferBytes <= large + 1024)
    }

    @Test func smallerScalesOfTheDenseNetwork() {
        let network = RRDBNet(scale: 2, features: 8, blocks: 1, growth: 4, random: random)
        #expect(PlanCheck([2, 3, 8, 10]) { network($0, .inference) }.error < 1e-5)
    }

    @Test func residualNetworks() {
        let paper = SRResNet(blocks: 2, features: 16, random: random)
        unsettle(paper)
        let check = PlanCheck([1, 3, 8, 8]) { paper($0, .inference) }
        #expect(check.error < 1e-5)
        #expect(check.count("pointwise") == 0, "\(check.plan.listing)")
        let plain = MSRResNet(features: 16, blocks: 2, random: random)
        #expect(PlanCheck([1, 3, 8, 8]) { plain($0, .inference) }.error < 1e-5)
    }
}
