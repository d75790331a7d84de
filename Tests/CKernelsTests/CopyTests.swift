import CKernels
import Testing

@Suite struct CopyTests {
    static let layouts: [([Int], [Int])] = [
        ([], []), ([7], [1]), ([40000], [1]), ([17], [0]), ([9], [4]), ([5, 0], [0, 1]),
        ([16, 16], [1, 16]), ([33, 47], [1, 33]), ([200, 3], [1, 200]), ([3, 200], [1, 3]), ([300, 130], [1, 300]),
        ([2, 9, 5], [45, 1, 9]), ([2, 70, 64], [4480, 1, 70]), ([3, 40, 16, 20], [12800, 1, 800, 40]),
        ([4, 5, 6], [1, 24, 4]), ([4, 5, 6], [30, 0, 1]), ([20, 100], [0, 1]), ([20, 100], [1, 0]),
        ([5, 70], [140, 1]), ([5, 70], [150, 2]), ([3, 4, 5, 6], [1, 3, 12, 60]), ([2, 3, 2, 3, 4], [72, 1, 36, 3, 9]),
        ([1, 20, 1, 30], [600, 1, 600, 20]),
    ]

    @Test(arguments: layouts.indices) func readsWithStrides(_ which: Int) {
        let (dims, strides) = Self.layouts[which]
        let x = numbers(40000)
        var y = buffer(dims.reduce(1, *))
        ck_copy_strided(Int32(dims.count), wide(dims), x, wide(strides), &y)
        #expect(y == indices(of: dims).map { x[offset($0, strides)] }, "\(dims) \(strides)")
    }
}
