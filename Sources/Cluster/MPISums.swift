/// A sum in the order that the library finds best.
final class PlainSum: PendingSum {
    private let library: MPILibrary
    private let clock: WaitingClock
    private let request = MPILibrary.Request.allocate(capacity: 1)

    init(_ library: MPILibrary, _ clock: WaitingClock, _ numbers: UnsafeMutableBufferPointer<Float>) {
        (self.library, self.clock) = (library, clock)
        request.initialize(to: 0)
        _ = library.beginAllreduce(
            library.inPlace, numbers.baseAddress, Int32(numbers.count), library.floats, library.sum, library.world,
            request)
    }

    func advance() {
        var isDone: Int32 = 0
        _ = library.test(request, &isDone, library.noStatus)
    }

    func finish() { clock.measure { _ = library.wait(request, library.noStatus) } }

    deinit { request.deallocate() }
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
    private let request = MPILibrary.Request.allocate(capacity: 1)
    private let sent, received: UnsafeMutableBufferPointer<Word>

    private var shareBytes: Int32 { Int32(share * MemoryLayout<Word>.stride) }

    init(
        _ library: MPILibrary, _ clock: WaitingClock, _ numbers: UnsafeMutableBufferPointer<Float>, ranks: Int
    ) {
        (self.library, self.clock, self.numbers, self.ranks) = (library, clock, numbers, ranks)
        share = (numbers.count + ranks - 1) / ranks
        sent = .allocate(capacity: share * ranks)
        received = .allocate(capacity: share * ranks)
        sent.initialize(repeating: Word(0))
        received.initialize(repeating: Word(0))
        for index in numbers.indices { sent[index] = Word(numbers[index]) }
        request.initialize(to: 0)
        _ = library.beginAlltoall(
            sent.baseAddress, shareBytes, library.bytes, received.baseAddress, shareBytes, library.bytes,
            library.world, request)
    }

    func advance() {
        var isDone: Int32 = 0
        _ = library.test(request, &isDone, library.noStatus)
    }

    func finish() {
        clock.measure { _ = library.wait(request, library.noStatus) }
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
        request.deallocate()
        sent.deallocate()
        received.deallocate()
    }
}
