/// A sum or exchange that the library has begun.
private final class PendingRequest {
    private let library: MPILibrary
    private let clock: WaitingClock
    private let handle = MPILibrary.Request.allocate(capacity: 1)

    /// - Parameter begin: begins it, with the place of its handle.
    init(_ library: MPILibrary, _ clock: WaitingClock, _ begin: (MPILibrary.Request) -> Void) {
        (self.library, self.clock) = (library, clock)
        handle.initialize(to: 0)
        begin(handle)
    }

    func advance() {
        var isDone: Int32 = 0
        _ = library.test(handle, &isDone, library.noStatus)
    }

    func finish() { clock.measure { _ = library.wait(handle, library.noStatus) } }

    deinit { handle.deallocate() }
}

/// A sum in the order that the library finds best.
final class PlainSum: PendingSum {
    private let request: PendingRequest

    init(_ library: MPILibrary, _ clock: WaitingClock, _ numbers: UnsafeMutableBufferPointer<Float>) {
        request = PendingRequest(library, clock) { handle in
            _ = library.beginAllreduce(
                library.inPlace, numbers.baseAddress, Int32(numbers.count), library.floats, library.sum, library.world,
                handle)
        }
    }

    func advance() { request.advance() }

    func finish() { request.finish() }
}

/// A sum in the order of the ranks. Every rank gets all terms of its share of the numbers, adds them, and sends the sums
/// to all.
final class OrderedSum<Word: TravelingNumber>: PendingSum {
    private let library: MPILibrary
    private let clock: WaitingClock
    private let numbers: UnsafeMutableBufferPointer<Float>
    private let ranks: Int
    /// Numbers in a share; the last one is filled up.
    private let share: Int
    private let request: PendingRequest
    private let sent, received: UnsafeMutableBufferPointer<Word>

    private let shareBytes: Int32

    init(
        _ library: MPILibrary, _ clock: WaitingClock, _ numbers: UnsafeMutableBufferPointer<Float>, ranks: Int
    ) {
        (self.library, self.clock, self.numbers, self.ranks) = (library, clock, numbers, ranks)
        let share = (numbers.count + ranks - 1) / ranks
        let bytes = Int32(share * MemoryLayout<Word>.stride)
        let (sent, received) = (
            UnsafeMutableBufferPointer<Word>.allocate(capacity: share * ranks),
            UnsafeMutableBufferPointer<Word>.allocate(capacity: share * ranks)
        )
        sent.initialize(repeating: Word(0))
        received.initialize(repeating: Word(0))
        for index in numbers.indices { sent[index] = Word(numbers[index]) }
        (self.share, shareBytes, self.sent, self.received) = (share, bytes, sent, received)
        request = PendingRequest(library, clock) { handle in
            _ = library.beginAlltoall(
                sent.baseAddress, bytes, library.bytes, received.baseAddress, bytes, library.bytes, library.world,
                handle)
        }
    }

    func advance() { request.advance() }

    func finish() {
        request.finish()
        var sum = PairwiseSum<[Float]> { first, second in
            var total = first
            for index in total.indices { total[index] += second[index] }
            return total
        }
        for rank in 0..<ranks { sum.add(received[rank * share..<(rank + 1) * share].map(\.number)) }
        var total = (sum.total ?? []).map { Word($0) }
        clock.measure {
            _ = library.allgather(
                &total, shareBytes, library.bytes, sent.baseAddress, shareBytes, library.bytes, library.world)
        }
        for index in numbers.indices { numbers[index] = sent[index].number }
    }

    deinit {
        sent.deallocate()
        received.deallocate()
    }
}
