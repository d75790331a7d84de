import CKernels
import Testing

@Suite(.serialized) struct ThreadTests {
    /// Every kernel whose partial results could be added in another order, on one buffer.
    private func everything(_ x: [Float], _ g: [Float]) -> [Float] {
        var out: [Float] = [Float(dot(x, g, Int64(x.count)))]
        func reduce(_ dims: [Int], _ flags: [UInt8]) {
            var y = buffer(zip(dims, flags).map { $1 == 0 ? $0 : 1 }.reduce(1, *))
            ck_reduce(CK_SUM, Int32(dims.count), wide(dims), flags, x, &y)
            out += y
        }
        reduce([192_000], [1])
        reduce([3000, 64], [1, 0])
        reduce([64000, 3], [1, 0])
        reduce([4, 8, 6000], [1, 0, 1])
        for (outer, channels, inner) in [(3000, 64, 1), (64000, 3, 1), (4, 8, 6000)] {
            var mean = buffer(channels), variance = buffer(channels), dscale = mean, dshift = mean
            var dx = buffer(x.count)
            ck_moments(Int64(outer), Int64(channels), Int64(inner), x, &mean, &variance)
            ck_norm_backward(
                Int64(outer), Int64(channels), Int64(inner), x, g, mean, variance, nil, nil, &dx, &dscale,
                &dshift, nil)
            out += mean + variance + dscale + dshift + dx
        }
        let index = (0..<3000).map { Int32($0 * 7 % 10) }
        var table = buffer(640)
        ck_scatter_rows(x, 64, index, 3000, &table, 10)
        var normal = buffer(x.count)
        ck_philox_normal(1, 2, 3, &normal, Int64(x.count))
        return out + table + normal
    }

    @Test func resultsDoNotDependOnTheNumberOfThreads() {
        let before = ck_threads()
        defer { ck_set_threads(before) }
        let x = numbers(192_000), g = numbers(192_000, seed: 2)
        ck_set_threads(1)
        #expect(ck_threads() == 1)
        let alone = everything(x, g)
        for threads in [2, 3, 5] as [Int32] {
            ck_set_threads(threads)
            #expect(everything(x, g) == alone, "\(threads) threads")
        }
    }

    @Test func piecesHaveTheGrainAndCoverTheRangeOnce() {
        for (count, grain) in [(0, 5), (1, 5), (5, 5), (1000, 5), (997, 5), (40, 1)] as [(Int64, Int64)] {
            // Each element counts its visits, and each first element of a piece carries the piece's length.
            let visits = UnsafeMutablePointer<Int64>.allocate(capacity: 2000)
            defer { visits.deallocate() }
            visits.initialize(repeating: 0, count: 2000)
            ck_parallel(
                count, grain,
                { context, begin, end in
                    guard let visits = context?.assumingMemoryBound(to: Int64.self) else { return }
                    for index in begin..<end { visits[Int(index)] += 1 }
                    visits[1000 + Int(begin)] = end - begin
                }, visits)
            #expect((0..<1000).allSatisfy { visits[$0] == ($0 < count ? 1 : 0) })
            for begin in stride(from: 0, to: count, by: Int(grain)) {
                #expect(visits[1000 + Int(begin)] == min(grain, count - begin))
            }
        }
    }

    @Test func aRegionInsideARegionStaysOnItsThread() {
        let sums = UnsafeMutablePointer<Int64>.allocate(capacity: 8)
        defer { sums.deallocate() }
        sums.initialize(repeating: 0, count: 8)
        ck_parallel(
            8, 1,
            { context, begin, _ in
                guard let sums = context?.assumingMemoryBound(to: Int64.self) else { return }
                ck_parallel(
                    100, 10,
                    { sum, first, last in sum?.assumingMemoryBound(to: Int64.self).pointee += last - first },
                    sums + Int(begin))
            }, sums)
        #expect((0..<8).allSatisfy { sums[$0] == 100 })
    }
}
