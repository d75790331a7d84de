import TensorCore
import Testing

@testable import Pix2Pix

@Suite struct ImagePoolTests {
    /// An image whose every pixel is its number.
    private func image(_ numbers: Int...) -> Tensor {
        Tensor(numbers.flatMap { [Float](repeating: Float($0), count: 4) }, shape: [numbers.count, 1, 2, 2])
    }

    private func numbers(_ images: Tensor) -> [Int] {
        (0..<images.shape[0]).map { Int(images.slice(axis: 0, from: $0, count: 1).values[0]) }
    }

    @Test func fillsUpThenShowsHalfOfTheTimeAnOlderOneOnce() {
        let pool = ImagePool(capacity: 5)
        let random = Random(seed: 1)
        for number in 0..<5 { #expect(numbers(pool.exchange(image(number), random: random)) == [number]) }
        var held = Set(0..<5)
        var older = 0
        for number in 5..<405 {
            let shown = numbers(pool.exchange(image(number), random: random))[0]
            if shown != number {
                older += 1
                #expect(held.remove(shown) != nil, "was in the pool, and is no more")
                held.insert(number)
            }
        }
        #expect((150...250).contains(older))
        #expect(Set(numbers(pool.state ?? .zeros([0, 1, 2, 2]))) == held)
    }

    @Test func aBatchIsExchangedImageByImage() {
        let pool = ImagePool(capacity: 2)
        let random = Random(seed: 2)
        #expect(numbers(pool.exchange(image(1, 2), random: random)) == [1, 2])
        let shown = numbers(pool.exchange(image(3, 4, 5, 6, 7, 8), random: random))
        #expect(shown.count == 6 && shown != [3, 4, 5, 6, 7, 8])
        #expect(pool.state?.shape == [2, 1, 2, 2])
    }

    @Test func withoutRoomEverythingPasses() {
        let pool = ImagePool(capacity: 0)
        for number in 0..<20 { #expect(numbers(pool.exchange(image(number), random: Random(seed: 3))) == [number]) }
        #expect(pool.state == nil)
    }

    @Test func goesOnFromItsState() throws {
        let (first, second) = (ImagePool(capacity: 3), ImagePool(capacity: 3))
        let random = Random(seed: 4)
        for number in 0..<6 { _ = first.exchange(image(number), random: random) }
        try second.load(first.state, name: "pool", of: [1, 1, 2, 2])
        for number in UInt64(6)..<30 {
            let next = [first, second].map { $0.exchange(image(Int(number)), random: Random(seed: 5, stream: number)) }
            #expect(next[0].values == next[1].values)
        }
    }
}
