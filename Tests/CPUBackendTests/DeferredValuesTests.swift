import Synchronization
import TensorCore
import Testing

/// Values that are written when they are first needed.
@Suite struct DeferredValuesTests {
    /// Counts how often it wrote.
    private final class Source: Sendable {
        let writes = Mutex(0)
        let original: Tensor

        init(_ shape: Shape) { original = Random(seed: 3).normal(shape, deviation: 0.1) }

        func tensor() -> Tensor {
            .deferred(original.shape) { target in
                self.writes.withLock { $0 += 1 }
                self.original.withValues { _ = target.update(from: $0) }
            }
        }
    }

    @Test func theyAreWrittenOnceForWhoeverReadsThem() {
        let source = Source([2, 3])
        let tensor = source.tensor()
        #expect(source.writes.withLock { $0 } == 0)
        #expect((tensor + tensor).values == (source.original + source.original).values)
        #expect(tensor.values == source.original.values)
        #expect(source.writes.withLock { $0 } == 1)
    }

    /// Small planes: the packed form stays, and nobody needs the plain one. Large ones: filters are made for each call.
    @Test(arguments: [(8, 1), (96, 2)]) func plansReadThemForPackingOnly(_ size: Int, _ writes: Int) {
        let source = Source([64, 64, 3, 3])
        let weight = source.tensor()
        let x = Random(seed: 4).normal([1, 64, size, size])
        let expected = x.convolved(with: source.original, .init(padding: 1))
        let plan = InferencePlan([x.shape]) { $0[0].convolved(with: weight, .init(padding: 1)).leakyReLU(slope: 1) }
        for _ in 0..<4 { #expect((plan([x]) - expected).norm < 1e-5 * expected.norm) }
        #expect(source.writes.withLock { $0 } == writes)
    }

    @Test func drawsThatWaitAreTheSameDraws() {
        let (now, later) = (Random(seed: 1, stream: 2), Random(seed: 1, stream: 2))
        _ = (now.normal([5]), later.normal([5]))
        let expected = now.uniform([3, 7], in: -2..<3)
        let deferred = later.later([3, 7]) { $0.uniform([3, 7], in: -2..<3) }
        #expect(later.position == now.position)
        #expect(later.normal([4]).values == now.normal([4]).values)
        #expect(deferred.values == expected.values)
    }
}
