import InferencePlan
import TensorCore
import TestSupport
import Testing

/// Weights whose values are written when they are first needed.
@Suite struct DeferredWeightTests {
    /// Small planes: the packed form stays, and nobody needs the plain one. Large ones: filters are made for each call.
    @Test(arguments: [(8, 1), (96, 2)]) func plansReadThemForPackingOnly(_ size: Int, _ writes: Int) {
        let source = CountedSource([64, 64, 3, 3])
        let weight = source.tensor()
        let x = Random(seed: 4).normal([1, 64, size, size])
        let expected = x.convolved(with: source.original, .init(padding: 1))
        let plan = InferencePlan([x.shape]) { $0[0].convolved(with: weight, .init(padding: 1)).leakyReLU(slope: 1) }
        for _ in 0..<4 { #expect((plan([x]) - expected).norm < 1e-5 * expected.norm) }
        #expect(source.writes.withLock { $0 } == writes)
    }
}
