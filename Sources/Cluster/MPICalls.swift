import Foundation

/// A call that a library has begun.
protocol QueuedCall: AnyObject {
    /// What is on its way.
    var request: MPILibrary.Request { get }
}

/// A sum that a library has begun.
protocol QueuedSum: QueuedCall {
    /// Begins to exchange the terms.
    func exchange(_ library: MPILibrary)
    /// Adds the terms that have arrived, and begins to collect the sums.
    func collect(_ library: MPILibrary, over communicator: MPILibrary.Handle)
}

/// The calls of a library, one at a time, and how long they waited for other ranks.
///
/// A library moves data only while one of its functions runs. Across a network, a thread therefore calls it again and
/// again while there are sums, so that they go on while this rank computes.
final class MPICalls: @unchecked Sendable {
    /// Seconds between two calls of the thread: in this time, a network of 10 Gbit/s moves less than its buffers hold.
    private static let pause = 200e-6

    private let library: MPILibrary
    private let turn = NSCondition()
    /// The sums whose terms are on their way; the oldest first.
    private var exchanging: [any QueuedSum] = []
    /// The calls whose results are on their way; the oldest first.
    private var collecting: [any QueuedCall] = []
    /// Over which results are collected. Ranks begin with that at different times, but always in the same order.
    private var results: MPILibrary.Handle = 0
    private var isOver = false
    /// Seconds that calls have waited so far.
    private(set) var waited = 0.0

    init(_ library: MPILibrary) { self.library = library }

    /// A call that returns at once.
    func call<Result>(_ body: (MPILibrary) -> Result) -> Result {
        turn.lock()
        defer { turn.unlock() }
        return body(library)
    }

    /// A call that waits for other ranks.
    func wait<Result>(_ body: (MPILibrary) -> Result) -> Result {
        let start = ProcessInfo.processInfo.systemUptime
        defer { waited += ProcessInfo.processInfo.systemUptime - start }
        return call(body)
    }

    /// Prepares for sums, once the library is ready.
    ///
    /// - Parameter thread: whether a thread shall let them go on.
    func prepare(thread: Bool) {
        call { library in _ = library.duplicate(library.world, &results) }
        if thread { keepAdvancing() }
    }

    /// Ends the thread, and the library's part in this process.
    func end() {
        call { library in
            isOver = true
            turn.signal()
            _ = library.finalize()
        }
    }

    // MARK: Calls that go on by themselves

    /// Begins a sum.
    func begin(_ sum: any QueuedSum) {
        call { library in
            sum.exchange(library)
            exchanging.append(sum)
            turn.signal()
        }
    }

    /// Begins a call that gives its results at once.
    func begin(_ queued: any QueuedCall, _ body: (MPILibrary) -> Void) {
        call { library in
            body(library)
            collecting.append(queued)
            turn.signal()
        }
    }

    /// Lets all sums go on.
    func advance() { call { _ in advanceAll() } }

    /// Waits for what has begun. Other threads of this process, such as those that read images, come first.
    func finish(_ queued: any QueuedCall) {
        wait { _ in
            advanceAll()
            while isOnItsWay(queued) {
                turn.unlock()
                sched_yield()
                turn.lock()
                advanceAll()
            }
        }
    }

    private func isOnItsWay(_ queued: any QueuedCall) -> Bool {
        exchanging.contains { $0 === queued } || collecting.contains { $0 === queued }
    }

    private func advanceAll() {
        while let sum = exchanging.first, isDone(sum) { collectOldest() }
        while let queued = collecting.first, isDone(queued) { collecting.removeFirst() }
    }

    private func isDone(_ queued: any QueuedCall) -> Bool {
        var isDone: Int32 = 0
        _ = library.test(queued.request, &isDone, library.noStatus)
        return isDone != 0
    }

    private func collectOldest() {
        let sum = exchanging.removeFirst()
        sum.collect(library, over: results)
        collecting.append(sum)
    }

    private func keepAdvancing() {
        Thread.detachNewThread { [self] in
            turn.lock()
            while !isOver {
                if exchanging.isEmpty && collecting.isEmpty {
                    turn.wait()
                    continue
                }
                advanceAll()
                turn.unlock()
                Thread.sleep(forTimeInterval: Self.pause)
                turn.lock()
            }
            turn.unlock()
        }
    }
}
