import CPUBackend
import TensorCore
import TestSupport
import Testing

/// Values that are written when they are first needed.
@Suite struct DeferredValuesTests {
    @Test func theyAreWrittenOnceForWhoeverReadsThem() {
        let source = CountedSource([2, 3])
        let tensor = source.tensor()
        #expect(source.writes.withLock { $0 } == 0)
        #expect((tensor + tensor).values == (source.original + source.original).values)
        #expect(tensor.values == source.original.values)
        #expect(source.writes.withLock { $0 } == 1)
    }

    /// Checking the weights of a model takes no memory that stays.
    @Test func aGlanceDoesNotCountAsAUse() {
        let source = CountedSource([2, 3])
        let tensor = source.tensor()
        #expect(tensor.isFinite && tensor.isFinite)
        #expect(source.writes.withLock { $0 } == 2)
        #expect(tensor.values == source.original.values)
        #expect(tensor.isFinite)
        #expect(source.writes.withLock { $0 } == 3)
        let broken = Tensor.deferred([2]) { $0.update(repeating: .nan) }
        #expect(!broken.isFinite)
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
