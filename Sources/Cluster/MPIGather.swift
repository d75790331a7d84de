/// Numbers of all ranks, equally many from each.
final class MPIGather: PendingGather, QueuedCall {
    let request = MPILibrary.Request.allocate(capacity: 1)
    private let calls: MPICalls
    private let ranks: Int
    private let own, all: UnsafeMutableBufferPointer<Float>

    /// Begins it.
    init(_ calls: MPICalls, _ numbers: [Float], ranks: Int) {
        (self.calls, self.ranks) = (calls, ranks)
        own = .allocate(capacity: numbers.count)
        all = .allocate(capacity: numbers.count * ranks)
        _ = own.initialize(from: numbers)
        request.initialize(to: 0)
        let bytes = Int32(numbers.count * MemoryLayout<Float>.stride)
        calls.begin(self) { library in
            _ = library.beginAllgather(
                own.baseAddress, bytes, library.bytes, all.baseAddress, bytes, library.bytes, library.world, request)
        }
    }

    deinit {
        request.deallocate()
        own.deallocate()
        all.deallocate()
    }

    func finish() -> [[Float]] {
        calls.finish(self)
        return (0..<ranks).map { Array(all[$0 * own.count..<($0 + 1) * own.count]) }
    }
}
