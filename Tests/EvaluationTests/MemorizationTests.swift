import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

/// Nearest neighbors, and how near samples come to what was learned from.
@Suite struct MemorizationTests {
    private func line(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count, 1]) }

    /// The nearest of others by plain loops in doubles.
    private func plainNeighbors(_ points: Tensor, _ set: Tensor, skipsItself: Bool = false) -> [NearestNeighbor] {
        let (width, a, b) = (points.shape[1], points.values, set.values)
        return (0..<points.shape[0]).map { row in
            let distances = (0..<set.shape[0]).map { other in
                (0..<width).reduce(0.0) { sum, column in
                    let difference = Double(a[row * width + column]) - Double(b[other * width + column])
                    return sum + difference * difference
                }.squareRoot()
            }
            let nearest = distances.indices.filter { !skipsItself || $0 != row }.min { distances[$0] < distances[$1] }!
            return NearestNeighbor(index: nearest, distance: distances[nearest])
        }
    }

    @Test func neighborsAreThoseOfPlainLoops() {
        let (points, set) = (Random(seed: 1).normal([600, 5]), Random(seed: 2).normal([700, 5]))
        #expect(NearestNeighbor.ofEach(points, in: set) == plainNeighbors(points, set))
        #expect(NearestNeighbor.ofEachOther(in: set) == plainNeighbors(set, set, skipsItself: true))
    }

    @Test func theNearestOfEqualsIsTheFirst() {
        let set = line([3, 1, 3, 1])
        #expect(NearestNeighbor.ofEach(line([1, 3, 2]), in: set).map(\.index) == [1, 0, 0])
        #expect(NearestNeighbor.ofEachOther(in: set).map(\.index) == [2, 3, 0, 1])
        #expect(NearestNeighbor.ofEachOther(in: line([5, 9])).map(\.index) == [1, 0])
    }

    /// Squares of norms this large have no digits left for such distances.
    @Test func smallDistancesOfLargeVectorsAreExact() {
        let set = Tensor([1000, 1000, 1000, 1008], shape: [2, 2])
        let found = NearestNeighbor.ofEach(Tensor([1000.5, 1000, 1000, 1007.75], shape: [2, 2]), in: set)
        #expect(found == [NearestNeighbor(index: 0, distance: 0.5), NearestNeighbor(index: 1, distance: 0.25)])
    }

    /// Training images at 0, 1, 3 and 7 are 1, 1, 2 and 4 from their nearest others.
    @Test func sharesAreThoseCountedByHand() throws {
        let training = line([0, 1, 3, 7])
        // Nearest: 0 (0.5 ≤ 1), 7 (2 ≤ 4), 7 (5 > 4), 3 (1 ≤ 2).
        let found = Memorization(samples: line([-0.5, 9, 12, 4]), training: training, test: line([-1.5, 5.5, 20]))
        #expect(found.training.map(\.distance) == [1, 1, 2, 4])
        #expect(found.copiedShare(of: found.samples) == 0.75)
        // Nearest: 0 (1.5 > 1), 7 (1.5 ≤ 4), 7 (13 > 4).
        #expect(found.copiedShare(of: found.test) == 1.0 / 3)
        #expect(found.nearCopyDistance == 1)
        // Distances 0.5, 2, 5 and 1: two are at most 1.
        #expect(found.nearCopyShare(of: found.samples) == 0.5 && found.nearCopyShare(of: found.test) == 0)
        #expect(found.nearestFirst == [0, 3, 1, 2])
        // 0.5 and 1 are nearer than 1.5, 1.5 and 13; 2 and 5 only than 13: 8 of 12 pairs.
        #expect(found.nearerThanTest.map { abs($0 - 8.0 / 12) < 1e-12 } == true)
    }

    @Test func equalDistancesCountHalf() {
        let found = Memorization(samples: line([1, 11]), training: line([0, 10]), test: line([-1, 14]))
        // Distances 1 and 1 against 1 and 4.
        #expect(found.nearerThanTest == 0.75)
        let copies = Memorization(samples: line([0, 10]), training: line([0, 0, 10]))
        // An exact copy of an image that is there twice is still a copy.
        #expect(copies.copiedShare(of: copies.samples) == 1 && copies.nearCopyShare(of: copies.samples) == 1)
        #expect(copies.nearerThanTest == nil && copies.copiedShare(of: copies.test) == nil)
    }

    @Test func quantilesLieBetweenNeighbors() {
        // numpy.quantile([4, 1, 3, 2], [0, 0.01, 0.5, 1]).
        let values = [4.0, 1, 3, 2]
        for (share, expected) in [(0.0, 1.0), (0.01, 1.03), (0.5, 2.5), (1, 4)] {
            #expect(Memorization.quantile(share, of: values).map { abs($0 - expected) < 1e-12 } == true)
        }
        #expect(Memorization.quantile(0.5, of: []) == nil && Memorization.quantile(0.3, of: [7]) == 7)
    }

    @Test func newImagesAreLikeTestImagesAndCopiesAreNot() throws {
        func cloud(_ seed: UInt64, _ count: Int) -> Tensor { Random(seed: seed).normal([count, 4]) }
        let training = cloud(1, 400)
        let fresh = Memorization(samples: cloud(2, 300), training: training, test: cloud(3, 300))
        #expect(try #require(fresh.nearerThanTest).distance(to: 0.5).magnitude < 0.06)
        let shares = (fresh.copiedShare(of: fresh.samples) ?? 0, fresh.copiedShare(of: fresh.test) ?? 0)
        #expect(abs(shares.0 - shares.1) < 0.1)
        let copies = Memorization(
            samples: training.slice(axis: 0, from: 0, count: 300) + 1e-4, training: training, test: cloud(3, 300))
        #expect(copies.nearerThanTest == 1 && copies.copiedShare(of: copies.samples) == 1)
        #expect(copies.nearCopyShare(of: copies.samples) == 1)
    }

    @Test func theTextNamesEveryFigure() throws {
        let found = Memorization(
            samples: line([-0.5, 9, 12, 4]), training: line([0, 1, 3, 7]), test: line([-1.5, 5.5, 20]))
        let pair = MemorizationEvaluation.Pair(
            sample: "seed 3", className: "rose", training: "few/rose/2.jpg", distance: 0.5, trainingDistance: 1)
        let figures = MemorizationEvaluation(found, features: "these", nearest: [pair])
        let lines = figures.text.split(separator: "\n")
        #expect(lines[0] == "4 generated images beside 4 training images, in the features of these")
        #expect(lines[1] == "copied           75.0 %   (real test images 33.3 %)")
        #expect(lines[2] == "near copies      50.0 %   (real test images 0.0 %)")
        #expect(
            lines[3] == "median distance  1.500   (real test images 1.500)   (between training images 1.500)")
        #expect(lines[4].hasPrefix("nearer than test 0.667"))
        #expect(lines.last == "  0.500  seed 3 (rose)  few/rose/2.jpg")
        let copy = try JSONDecoder().decode(MemorizationEvaluation.self, from: JSONEncoder().encode(figures))
        #expect(copy == figures)
        let alone = MemorizationEvaluation(
            Memorization(samples: line([1]), training: line([0, 1])), features: "these", nearest: [])
        #expect(alone.text.split(separator: "\n").count == 4 && alone.copied.test == nil && alone.testCount == 0)
    }
}
