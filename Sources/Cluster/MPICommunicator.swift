import CMemory
import Glibc

/// The ranks that `mpirun` or `srun` has started. A lost rank ends all others: the library does so.
package final class MPICommunicator: Communicator, @unchecked Sendable {
    package let rank: Int
    package let count: Int
    package var waited: Double { calls.waited }
    private let library: MPILibrary
    private let calls: MPICalls

    /// The name of this machine.
    package static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Joins the other ranks. A process does so at most once, and calls every method on one thread at a time.
    ///
    /// - Parameter expected: this rank, as the cluster engine says.
    /// - Throws: ``ClusterError``.
    package init(as expected: Rank) throws {
        library = try MPILibrary(for: expected.engine)
        calls = MPICalls(library)
        // The library takes memory for every sum.
        memory_keep_freed()
        var (provided, rank, count) = (Int32(0), Int32(0), Int32(0))
        // Calls come from one thread at a time, not always the same.
        let serialized: Int32 = 2
        _ = library.initialize(nil, nil, serialized, &provided)
        _ = library.rank(library.world, &rank)
        _ = library.size(library.world, &count)
        (self.rank, self.count) = (Int(rank), Int(count))
        if self.count != expected.count {
            _ = library.finalize()
            throw ClusterError.differentCounts(engine: expected.count, library: self.count)
        }
        calls.prepare(thread: !expected.isOnOneMachine && provided >= serialized)
    }

    package func gather(_ bytes: [UInt8]) -> [[UInt8]] { calls.wait { _ in collected(bytes) } }

    private func collected(_ bytes: [UInt8]) -> [[UInt8]] {
        var own = Int32(bytes.count)
        var counts = [Int32](repeating: 0, count: count)
        _ = library.allgather(&own, 4, library.bytes, &counts, 4, library.bytes, library.world)
        var starts: [Int32] = [0]
        for count in counts { starts.append(starts[starts.count - 1] + count) }
        var mine = bytes
        var all = [UInt8](repeating: 0, count: Int(starts[count]))
        _ = library.allgatherv(&mine, own, library.bytes, &all, counts, starts, library.bytes, library.world)
        return (0..<count).map { Array(all[Int(starts[$0])..<Int(starts[$0 + 1])]) }
    }

    package func beginGather(_ numbers: [Float]) -> any PendingGather { MPIGather(calls, numbers, ranks: count) }

    package func broadcast(_ bytes: [UInt8]) -> [UInt8] { calls.wait { _ in sent(bytes) } }

    private func sent(_ bytes: [UInt8]) -> [UInt8] {
        var length = UInt64(bytes.count)
        _ = library.broadcast(&length, 8, library.bytes, 0, library.world)
        var all = isFirst ? bytes : [UInt8](repeating: 0, count: Int(length))
        all.withUnsafeMutableBytes { all in
            // A call takes a 32-bit number of bytes.
            let most = 1 << 30
            for start in stride(from: 0, to: all.count, by: most) {
                let part = min(all.count - start, most)
                _ = library.broadcast(all.baseAddress! + start, Int32(part), library.bytes, 0, library.world)
            }
        }
        return all
    }

    package func sum(_ numbers: [Double]) -> [Double] {
        var sums = numbers
        calls.wait { library in
            _ = library.allreduce(
                library.inPlace, &sums, Int32(sums.count), library.doubles, library.sum, library.world)
        }
        return sums
    }

    package func beginSum(
        of numbers: UnsafeMutableBufferPointer<Float>, times factor: Float, _ kind: SumKind
    ) -> any PendingSum {
        switch kind {
        case .float32: MPISum<Float>(calls, numbers, times: factor, rank: rank, of: count)
        case .bfloat16: MPISum<BFloat16>(calls, numbers, times: factor, rank: rank, of: count)
        }
    }

    package func advance() { calls.advance() }

    package func finish() { calls.end() }

    package func abort(code: Int32) -> Never {
        _ = library.abort(library.world, code)
        exit(code)
    }
}
