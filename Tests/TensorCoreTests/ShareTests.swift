import TensorCore
import Testing

/// Random numbers and rows of a part of a batch.
@Suite struct ShareTests {
    @Test(arguments: [1, 2, 3, 5]) func partsDrawTheRowsOfTheWholeBatch(_ rows: Int) {
        let parts = 4
        let whole = Random(seed: 9, stream: 3, position: 8)
        let all = (
            whole.normal([rows * parts, 3]).values, whole.uniform([rows * parts], in: -1..<1).values,
            whole.integers(rows * parts, in: 0..<1000), whole.undivided { $0.integers(2, in: 0..<1000) },
            whole.uniform([rows * parts, 7]).values
        )
        for index in 0..<parts {
            let part = Random(seed: 9, stream: 3, position: 8).divided(Share(index: index, count: parts))
            func own<Element>(_ all: [Element]) -> [Element] {
                Array(all[Share(index: index, count: parts).range(of: all.count)])
            }
            #expect(part.normal([rows, 3]).values == own(all.0))
            #expect(part.uniform([rows], in: -1..<1).values == own(all.1))
            #expect(part.integers(rows, in: 0..<1000) == own(all.2))
            #expect(part.undivided { $0.integers(2, in: 0..<1000) } == all.3)
            #expect(part.uniform([rows, 7]).values == own(all.4))
            #expect(part.position == whole.position)
        }
    }

    @Test func aStreamFollowsItsParts() {
        let stream = Random(seed: 1)
        let part = stream.divided(Share(index: 1, count: 2))
        _ = part.uniform([3])
        stream.follow(part)
        #expect(stream.position == part.position && stream.position == 8)
        let other = part.moved(to: 100)
        #expect(other.uniform([2]).values == Array(Random(seed: 1, position: 100).uniform([4]).values[2...]))
    }

    @Test func partsOfATensorAreItsRows() {
        let x = Tensor([0, 1, 2, 3, 4, 5, 6, 7], shape: [4, 2])
        #expect(x.part(Share(index: 1, count: 2)).values == [4, 5, 6, 7])
        #expect(x.part(.whole).values == x.values)
    }
}
