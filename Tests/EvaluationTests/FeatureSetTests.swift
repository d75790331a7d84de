import Evaluation
import TensorCore
import TestSupport
import Testing

/// Kernel distance, density and coverage against NumPy.
@Suite struct FeatureSetTests {
    private func sets() throws -> [(answer: KnownAnswer, real: Tensor, generated: Tensor)] {
        try KnownAnswer.cases(of: "features").filter { $0.operation == "sets" }.map {
            ($0, try $0.loaded("real"), try $0.loaded("generated"))
        }
    }

    @Test func agreeWithNumPy() throws {
        let sets = try sets()
        #expect(sets.count == 2)
        for (answer, real, generated) in sets {
            let kernel = KernelDistance(real, generated)
            let (distance, error) = (try answer.number("distance"), try answer.number("error"))
            #expect(abs(kernel.value - distance) < 1e-5 * max(1, abs(distance)), "\(answer): \(kernel)")
            #expect(abs(kernel.standardError - error) < 1e-5 * error, "\(answer): \(kernel)")
            let both = DensityCoverage(real: real, generated: generated)
            #expect(abs(both.density - (try answer.number("density"))) < 1e-9)
            #expect(abs(both.coverage - (try answer.number("coverage"))) < 1e-9)
        }
    }

    @Test func blocksAreNoLimit() {
        // More rows than a block has, in both sets.
        let (a, b) = (Random(seed: 1).normal([700, 4]), Random(seed: 2).normal([600, 4]))
        let there = KernelDistance(a, b)
        let back = KernelDistance(b, a)
        #expect(abs(there.value - back.value) < 1e-9 && abs(there.standardError - back.standardError) < 1e-9)
        #expect(abs(there.value) < 4 * there.standardError)
        #expect(KernelDistance(a, b + 0.5).value > 4 * there.standardError)
    }

    @Test func collapseHasDensityWithoutCoverage() {
        let real = Random(seed: 1).normal([200, 3])
        let collapsed = Tensor.zeros([100, 3]) + Random(seed: 2).normal([100, 3]).scaled(by: 0.01)
        let both = DensityCoverage(real: real, generated: collapsed)
        #expect(both.density > 0.9 && both.coverage < 0.3)
        let fresh = DensityCoverage(real: real, generated: Random(seed: 3).normal([200, 3]))
        #expect(fresh.coverage > 0.85)
    }
}
