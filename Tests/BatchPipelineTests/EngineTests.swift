import Foundation
import Synchronization
import Testing

@testable import BatchPipeline

@Suite struct EngineTests {
    @Test func queuesKeepOrderAndEnd() {
        let queue = BoundedQueue<Int>(capacity: 2, writers: 1)
        Thread.detachNewThread {
            for number in 0..<100 { queue.push(number) }
            queue.finish()
        }
        var received: [Int] = []
        while let number = queue.pop() { received.append(number) }
        #expect(received == Array(0..<100))
        #expect(queue.pop() == nil)
    }

    @Test func theBudgetIsKept() {
        let budget = MemoryBudget(limit: 100)
        let most = Mutex(0)
        let group = DispatchGroup()
        for thread in 0..<8 {
            group.enter()
            Thread.detachNewThread {
                for turn in 0..<50 {
                    let bytes = 10 + (thread * 31 + turn * 17) % 60
                    guard budget.take(bytes, isCanceled: { false }) else { continue }
                    most.withLock { $0 = max($0, budget.used) }
                    budget.give(bytes)
                }
                group.leave()
            }
        }
        group.wait()
        #expect(most.withLock { $0 } <= 100 && most.withLock { $0 } > 50)
        #expect(budget.used == 0)
    }

    @Test func moreThanThereIsComesAlone() {
        let budget = MemoryBudget(limit: 10)
        #expect(budget.take(1000, isCanceled: { false }))
        #expect(!budget.take(1, isCanceled: { true }))
        budget.give(1000)
        #expect(budget.used == 0)
    }
}
