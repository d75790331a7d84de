/// A sum over all ranks, as ``PairwiseSum`` adds in the order of the ranks. Every rank gets its share of the numbers from
/// all others, adds them up, and sends the sums to all. So each number travels twice, however many ranks there are, and
/// both ways of a network are busy.
final class MPISum<Word: TravelingNumber>: PendingSum, QueuedSum {
    let request = MPILibrary.Request.allocate(capacity: 1)
    private let calls: MPICalls
    private let numbers: UnsafeMutableBufferPointer<Float>
    private let factor: Float
    private let rank, ranks: Int
    /// Numbers in a share; the last one is filled up.
    private let share: Int
    /// What this rank sends, then the sums: the numbers themselves if they travel as they are and all shares are equal.
    private let own: UnsafeMutablePointer<Word>
    private let ownIsCopy: Bool
    /// The share of this rank, from all ranks.
    private let received: UnsafeMutablePointer<Word>

    private var shareBytes: Int32 { Int32(share * MemoryLayout<Word>.stride) }

    /// Begins it.
    init(
        _ calls: MPICalls, _ numbers: UnsafeMutableBufferPointer<Float>, times factor: Float, rank: Int, of ranks: Int
    ) {
        (self.calls, self.numbers, self.factor, self.rank, self.ranks) = (calls, numbers, factor, rank, ranks)
        share = (numbers.count + ranks - 1) / ranks
        let count = share * ranks
        received = .allocate(capacity: count)
        if Word.self == Float.self, numbers.count == count, let start = numbers.baseAddress {
            (own, ownIsCopy) = (UnsafeMutableRawPointer(start).assumingMemoryBound(to: Word.self), false)
        } else {
            (own, ownIsCopy) = (.allocate(capacity: count), true)
            if let start = numbers.baseAddress { Word.round(start, to: own, count: numbers.count) }
            (own + numbers.count).update(repeating: Word(0), count: count - numbers.count)
        }
        request.initialize(to: 0)
        calls.begin(self)
    }

    deinit {
        request.deallocate()
        received.deallocate()
        if ownIsCopy { own.deallocate() }
    }

    func exchange(_ library: MPILibrary) {
        _ = library.beginAlltoall(
            own, shareBytes, library.bytes, received, shareBytes, library.bytes, library.world, request)
    }

    func collect(_ library: MPILibrary, over communicator: MPILibrary.Handle) {
        let terms: UnsafeMutablePointer<Float>
        if Word.self == Float.self {
            terms = UnsafeMutableRawPointer(received).assumingMemoryBound(to: Float.self)
        } else {
            terms = .allocate(capacity: share * ranks)
            Word.read(received, to: terms, count: share * ranks)
        }
        defer { if Word.self != Float.self { terms.deallocate() } }
        for width in sequence(first: 1, next: { 2 * $0 }).prefix(while: { $0 < ranks }) {
            for first in stride(from: 0, to: ranks - width, by: 2 * width) {
                add(terms + (first + width) * share, to: terms + first * share, count: share)
            }
        }
        for index in 0..<share { terms[index] *= factor }
        Word.round(terms, to: own + rank * share, count: share)
        _ = library.beginAllgather(
            library.inPlace, shareBytes, library.bytes, own, shareBytes, library.bytes, communicator, request)
    }

    func finish() {
        calls.finish(self)
        if ownIsCopy, let start = numbers.baseAddress { Word.read(own, to: start, count: numbers.count) }
    }
}

private func add(_ terms: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { sums[index] += terms[index] }
}
