import Foundation
import TensorCore
import Testing

/// Long and wide histories, on a thread whose stack is far too small for recursion.
@Suite("Long histories") struct LongHistoryTests {
    @Test("a million operations (in debug builds fewer) neither overflow the stack nor leak")
    func millionOperations() {
        onSmallStack {
            let watched = Watched()
            let x = Tensor([1], shape: [1]).requiringGradient()
            var y = x
            for step in 0..<longChain {
                y = step % 2 == 0 ? y + 1 : y.scaled(by: 1)
                if step == 0 { watched.node = y.node }
            }
            #expect(y.item == Float(longChain / 2 + 1))
            #expect(gradients(of: y, at: [x])[0]?.item == 1)
            #expect(watched.node != nil)
            y = x
            #expect(watched.node == nil)
        }
    }

    @Test("operations that keep their inputs release them without recursion")
    func savedInputs() {
        onSmallStack {
            let watched = Watched()
            let x = Tensor([1], shape: [1]).requiringGradient()
            var y = x
            for step in 0..<10_000 {
                y = (y * y).squareRoot()
                if step == 0 { watched.node = y.node }
            }
            var slope = gradients(of: y, at: [x], createGraph: true)[0]
            #expect(slope?.item == 1)
            y = x
            #expect(watched.node != nil, "the recorded gradient still needs the history")
            let curvature = slope.flatMap { gradients(of: $0, at: [x])[0] }
            #expect(curvature.map { abs($0.item) < 1e-3 } == true)
            slope = nil
            #expect(watched.node == nil)
        }
    }

    @Test("a value used ever again: the number of paths does not matter")
    func fanOut() {
        onSmallStack {
            let x = Tensor([1], shape: [1]).requiringGradient()
            var y = x
            for _ in 0..<100 { y = y + y }
            #expect(gradients(of: y, at: [x])[0]?.item == Float(sign: .plus, exponent: 100, significand: 1))

            let shared = x * 2
            let parts = (0..<5_000).map { _ in shared.scaled(by: 1) }
            let total = parts.reduce(Tensor([0], shape: [1]), +)
            #expect(gradients(of: total, at: [shared, x]).map { $0?.item } == [5_000, 10_000])
        }
    }

    @Test("the last holder may live on any thread")
    func releaseElsewhere() async {
        var y = Tensor([1], shape: [1]).requiringGradient()
        for _ in 0..<20_000 { y = y + 1 }
        let holder = Holder(y)
        y = Tensor(0)
        await withCheckedContinuation { done in
            let thread = Thread {
                holder.tensor = nil
                done.resume()
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(holder.tensor == nil)
    }

    @Test("the queue of what is to be released belongs to its thread")
    func theReleaseQueueBelongsToItsThread() {
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            onSmallStack {
                let watched = Watched()
                let x = Tensor([1], shape: [1]).requiringGradient()
                var y = x
                for step in 0..<5_000 {
                    y = y + 1
                    if step == 0 { watched.node = y.node }
                }
                y = x
                #expect(watched.node == nil)
            }
        }
    }

    /// Runs on a thread with a stack of 512 kB, and waits.
    private func onSmallStack(_ body: @escaping @Sendable () -> Void) {
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            body()
            finished.signal()
        }
        thread.stackSize = 512 << 10
        thread.start()
        finished.wait()
    }
}

/// Unoptimized, a million operations would take longer than all other tests together.
#if DEBUG
    private let longChain = 100_000
#else
    private let longChain = 1_000_000
#endif

/// Sees whether the first operation of a history is still there.
private final class Watched {
    weak var node: Node?
}

private final class Holder: @unchecked Sendable {
    var tensor: Tensor?
    init(_ tensor: Tensor) { self.tensor = tensor }
}
