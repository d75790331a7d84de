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
    /// Whether a thread lets sums go on; then nobody needs to spend a processor on waiting for them.
    private var advances = false
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
        call { library in
            _ = library.duplicate(library.world, &results)
            advances = thread
        }
        if thread { keepAdvancing() }
    }

    /// Ends the thread, and the library's part in this process.
    func end() {
        call { library in
            isOver = true
            turn.broadcast()
            _ = library.finalize()
        }
    }

    // MARK: Calls that go on by themselves

    /// Begins a sum.
    func begin(_ sum: any QueuedSum) {
        call { library in
            sum.exchange(library)
            exchanging.append(sum)
            turn.broadcast()
        }
    }

    /// Begins a call that gives its results at once.
    func begin(_ queued: any QueuedCall, _ body: (MPILibrary) -> Void) {
        call { library in
            body(library)
            collecting.append(queued)
            turn.broadcast()
        }
    }

    /// Lets all sums go on.
    func advance() { call { _ in advanceAll() } }

    /// Waits for what has begun.
    func finish(_ queued: any QueuedCall) {
        wait { library in
            while advances, isOnItsWay(queued) { turn.wait() }
            while exchanging.contains(where: { $0 === queued }) {
                _ = library.wait(exchanging[0].request, library.noStatus)
                collectOldest()
            }
            _ = library.wait(queued.request, library.noStatus)
            collecting.removeAll { $0 === queued }
        }
    }

    private func isOnItsWay(_ sum: any QueuedCall) -> Bool {
        exchanging.contains { $0 === sum } || collecting.contains { $0 === sum }
    }

    private func advanceAll() {
        while let sum = exchanging.first, isDone(sum) { collectOldest() }
        let before = collecting.count
        while let sum = collecting.first, isDone(sum) { collecting.removeFirst() }
        if collecting.count < before { turn.broadcast() }
    }

    private func isDone(_ sum: any QueuedCall) -> Bool {
        var isDone: Int32 = 0
        _ = library.test(sum.request, &isDone, library.noStatus)
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
