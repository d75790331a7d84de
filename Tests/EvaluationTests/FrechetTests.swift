import Evaluation
import Foundation
import TensorCore
import Testing

/// Eigenvalues, statistics of features, and what a Fréchet distance has to be whatever computes it.
@Suite struct FrechetTests {
    @Test func eigenvaluesOfKnownMatrices() {
        let pair = symmetricEigen([2, 1, 1, 2], size: 2)
        #expect(zip(pair.values.sorted(), [1, 3]).allSatisfy { abs($0 - $1) < 1e-12 })
        // Second differences on a line: 2 − 2·cos(kπ / (n + 1)).
        for n in [1, 2, 3, 7, 40] {
            let line = (0..<n * n).map { index -> Double in
                let distance = abs(index / n - index % n)
                return distance == 0 ? 2 : distance == 1 ? -1 : 0
            }
            for values in [symmetricEigen(line, size: n).values, symmetricEigenvalues(line, size: n)] {
                for (index, value) in values.sorted().enumerated() {
                    #expect(abs(value - (2 - 2 * cos(Double(index + 1) * .pi / Double(n + 1)))) < 1e-12)
                }
            }
        }
        // Equal eigenvalues, and blocks that do not touch.
        let blocks: [Double] = [2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 3]
        #expect(zip(symmetricEigenvalues(blocks, size: 4).sorted(), [1, 3, 3, 3]).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect(symmetricEigen([5], size: 1).values == [5])
        #expect(symmetricEigen([0, 0, 0, 0], size: 2).values == [0, 0])
        #expect(symmetricEigen([], size: 0).values.isEmpty)
    }

    @Test func eigenvectorsRebuildTheMatrixAndAreOrthonormal() {
        let n = 20
        let random = Random(seed: 1).normal([n, n]).values.map(Double.init)
        let matrix = (0..<n * n).map { random[$0] + random[$0 % n * n + $0 / n] }
        let (values, vectors) = symmetricEigen(matrix, size: n)
        for i in 0..<n {
            for j in 0..<n {
                let rebuilt = (0..<n).reduce(0) { $0 + vectors[$1 * n + i] * values[$1] * vectors[$1 * n + j] }
                #expect(abs(rebuilt - matrix[i * n + j]) < 1e-10)
                let product = (0..<n).reduce(0) { $0 + vectors[i * n + $1] * vectors[j * n + $1] }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-11)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func valuesThatAreNotFiniteHaveNoEigenvalues() {
        for broken in [Double.nan, .infinity] {
            for place in [0, 1, 4, 8] {
                var matrix: [Double] = [2, 1, 0, 1, 2, 1, 0, 1, 2]
                matrix[place] = broken
                matrix[place % 3 * 3 + place / 3] = broken
                #expect(symmetricEigenvalues(matrix, size: 3).allSatisfy { $0.isNaN })
                #expect(symmetricEigen(matrix, size: 3).vectors.allSatisfy { $0.isNaN })
            }
        }
    }

    @Test func meansAndCovariancesOfAFewPoints() {
        let statistics = FeatureStatistics([1, 10, 3, 10, 5, 40], width: 2)
        #expect(statistics.mean == [3, 20])
        #expect(statistics.covariance == [4, 30, 30, 300])
    }

    private func features(_ seed: UInt64, count: Int = 60, width: Int = 6) -> [Float] {
        let mix = Random(seed: seed, stream: 1).normal([width, width])
        return Random(seed: seed).normal([count, width]).matrixProduct(mix).values
    }

    @Test func aSetIsAtNoDistanceFromItself() {
        let statistics = FeatureStatistics(features(1), width: 6)
        #expect(statistics.frechetDistance(to: statistics) < 1e-9)
    }

    @Test func theDistanceIsSymmetric() {
        let (a, b) = (FeatureStatistics(features(1), width: 6), FeatureStatistics(features(2), width: 6))
        let there = a.frechetDistance(to: b)
        #expect(there > 0.1)
        #expect(abs(there - b.frechetDistance(to: a)) < 1e-8 * there)
    }

    @Test func aShiftIsAtItsSquaredLength() {
        let plain = features(3)
        let shifted = plain.indices.map { plain[$0] + Float($0 % 6) }
        let distance = FeatureStatistics(plain, width: 6).frechetDistance(to: FeatureStatistics(shifted, width: 6))
        #expect(abs(distance - (0 + 1 + 4 + 9 + 16 + 25)) < 1e-3)
    }

    /// Stretched by 3, a set of covariance Σ is at (3 − 1)² · tr Σ.
    @Test func aStretchIsAtTheSquareOfTheDeviationsDifference() {
        let plain = features(4)
        let center = FeatureStatistics(plain, width: 6)
        let stretched = plain.indices.map { index in
            let mean = Float(center.mean[index % 6])
            return (plain[index] - mean) * 3 + mean
        }
        let trace = (0..<6).reduce(0) { $0 + center.covariance[$1 * 7] }
        let distance = center.frechetDistance(to: FeatureStatistics(stretched, width: 6))
        #expect(abs(distance - 4 * trace) < 1e-4 * trace)
    }

    /// More features than points: the covariances have no inverse, and some eigenvalues come out just below 0.
    @Test func fewerPointsThanFeaturesAreNoObstacle() {
        let (a, b) = (features(5, count: 4, width: 12), features(6, count: 4, width: 12))
        let distance = FeatureStatistics(a, width: 12).frechetDistance(to: FeatureStatistics(b, width: 12))
        #expect(distance.isFinite && distance > 0)
    }
}
