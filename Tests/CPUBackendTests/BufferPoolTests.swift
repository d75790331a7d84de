import CPUBackend
import TensorCore
import Testing

@Suite("Buffer pool") struct BufferPoolTests {
    @Test("a block given back is the next one taken, whatever the count within its step")
    func reuse() throws {
        let pool = BufferPool()
        let first = try pool.take(100_000)
        #expect(Int(bitPattern: first) % 64 == 0)
        pool.give(first, 100_000)
        #expect(try pool.take(99_000) == first)
        let other = try pool.take(100_000)
        #expect(other != first)
        pool.give(first, 99_000)
        pool.give(other, 100_000)
        #expect(try pool.take(100_000) == other)
        #expect(try pool.take(100_000) == first)
    }

    @Test func bytesAreCounted() throws {
        let pool = BufferPool()
        let block = try pool.take(1024)
        #expect(pool.usage.live == 4096 && pool.unused == 0)
        pool.give(block, 1024)
        #expect(pool.usage.live == 0 && pool.usage.peak == 4096 && pool.unused == 4096)
        pool.trim()
        #expect(pool.unused == 0)
    }

    @Test("before more is in use than ever was, an unused block of up to twice the size will do")
    func largerBlocks() throws {
        let pool = BufferPool()
        let large = try pool.take(1_000_000)
        pool.give(large, 1_000_000)
        let other = try pool.take(400_000)
        #expect(other != large)
        let half = try pool.take(600_000)
        #expect(half == large)
        let live = pool.usage.live
        pool.give(half, 600_000)
        // It is as large as it was.
        #expect(live - pool.usage.live >= 4_000_000)
        #expect(try pool.take(1_000_000) == large)
        pool.give(large, 1_000_000)
        pool.give(other, 400_000)
        #expect(pool.usage.live == 0)
        pool.trim()
    }

    @Test("blocks hold what they are asked for, of any size, and waste little")
    func sizes() throws {
        let pool = BufferPool()
        var blocks: [(UnsafeMutablePointer<Float>, Int)] = []
        for count in [0, 1, 63, 64, 65, 80, 81, 127, 128, 129, 1000, 1025, 65_537, 1 << 20] {
            let before = pool.usage.live
            let block = try pool.take(count)
            let bytes = pool.usage.live - before
            #expect(bytes >= 4 * count && Double(bytes) <= max(256, 4 * Double(count) * 1.25))
            for index in 0..<count { block[index] = Float(count) }
            blocks.append((block, count))
        }
        for (block, count) in blocks { #expect((0..<count).allSatisfy { block[$0] == Float(count) }) }
        for (block, count) in blocks { pool.give(block, count) }
        #expect(pool.usage.live == 0)
        pool.trim()
    }

    @Test("unused blocks go back to the system when others are needed")
    func retention() throws {
        let pool = BufferPool()
        let sizes = (20..<25).flatMap { exponent in (0..<8).map { (9 + $0) << (exponent - 3) } }
        for size in sizes { pool.give(try pool.take(size), size) }
        #expect(pool.usage.live == 0)
        #expect(pool.unused <= pool.usage.peak + pool.usage.peak / 8 + (64 << 20))
        #expect(pool.unused > 0)
        pool.trim()
    }
}
