import CKernels
import Testing

@Suite struct CopyTests {
    static let layouts: [([Int], [Int])] = [
        ([], []), ([7], [1]), ([40000], [1]), ([17], [0]), ([9], [4]), ([5, 0], [0, 1]),
        ([16, 16], [1, 16]), ([33, 47], [1, 33]), ([200, 3], [1, 200]), ([3, 200], [1, 3]), ([300, 130], [1, 300]),
        ([2, 9, 5], [45, 1, 9]), ([2, 70, 64], [4480, 1, 70]), ([3, 40, 16, 20], [12800, 1, 800, 40]),
        ([4, 5, 6], [1, 24, 4]), ([4, 5, 6], [30, 0, 1]), ([20, 100], [0, 1]), ([20, 100], [1, 0]),
        ([5, 70], [140, 1]), ([5, 70], [150, 2]), ([3, 4, 5, 6], [1, 3, 12, 60]),
        ([2, 3, 2, 3, 4], [72, 1, 36, 3, 9]),
        ([1, 20, 1, 30], [600, 1, 600, 20]),
    ]

    @Test(arguments: layouts.indices) func readsWithStrides(_ which: Int) {
        let (dims, strides) = Self.layouts[which]
        let x = numbers(40000)
        var y = buffer(dims.reduce(1, *))
        ck_copy_strided(Int32(dims.count), wide(dims), x, wide(strides), &y)
        #expect(y == offsets(dims, strides).map { x[$0] }, "\(dims) \(strides)")
    }

    /// Results beyond the caches are written another way.
    @Test(arguments: [(2, 65536, 64), (2, 64, 65536)]) func largeTranspositions(_ n: Int, _ rows: Int, _ columns: Int) {
        let count = n * rows * columns, bytes = count * MemoryLayout<Float>.size
        let x = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        let y = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        defer {
            x.deallocate()
            y.deallocate()
        }
        let input = x.bindMemory(to: Float.self, capacity: count)
        let output = y.bindMemory(to: Float.self, capacity: count)
        ck_philox_uniform(1, 2, 3, input, Int64(count))
        ck_fill(output, Int64(count), -777)
        ck_copy_strided(3, wide([n, rows, columns]), input, wide([rows * columns, 1, rows]), output)
        let wrong = (0..<20000).map { $0 * 419 % count }.filter { flat in
            let (o, rest) = flat.quotientAndRemainder(dividingBy: rows * columns)
            let (r, c) = rest.quotientAndRemainder(dividingBy: columns)
            return output[flat] != input[o * rows * columns + c * rows + r]
        }
        #expect(wrong.isEmpty)
    }
}
