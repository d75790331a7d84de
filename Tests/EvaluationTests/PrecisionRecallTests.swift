import Evaluation
import TensorCore
import Testing

/// Precision and recall of sets whose figures are known beforehand.
@Suite struct PrecisionRecallTests {
    private func cloud(_ seed: UInt64, count: Int = 200, center: Float = 0, deviation: Float = 1) -> Tensor {
        Random(seed: seed).normal([count, 3], mean: center, deviation: deviation)
    }

    @Test func aSetCoversItself() {
        let set = cloud(1)
        let both = PrecisionRecall(real: set, generated: set)
        #expect(both.precision == 1 && both.recall == 1)
    }

    @Test func setsFarApartShareNothing() {
        let both = PrecisionRecall(real: cloud(1), generated: cloud(2, center: 50))
        #expect(both.precision == 0 && both.recall == 0)
    }

    @Test func oneModeOfTwoIsPreciseAndHalfRecalled() {
        let real = Tensor.concatenated([cloud(1), cloud(2, center: 50)])
        let both = PrecisionRecall(real: real, generated: cloud(3))
        #expect(both.precision > 0.85)
        #expect(both.recall > 0.4 && both.recall <= 0.5)
    }

    @Test func oneModeTooManyIsRecalledAndHalfPrecise() {
        let generated = Tensor.concatenated([cloud(1), cloud(2, center: 50)])
        let both = PrecisionRecall(real: cloud(3), generated: generated)
        #expect(both.recall > 0.85)
        #expect(both.precision > 0.4 && both.precision <= 0.5)
    }

    /// On a line the third neighbor of an inner point lies 2 away, the ends' 3: five points reach from −3 to 7.
    @Test func ballsReachToTheThirdNeighbor() {
        func line(_ values: [Float]) -> Tensor { Tensor(values, shape: [values.count, 1]) }
        let real = line([0, 1, 2, 3, 4])
        for (point, inside) in [(-2.9, 1.0), (-3.1, 0), (6.9, 1), (7.1, 0)] {
            let generated = line([Float(point), 100, 200, 300])
            #expect(PrecisionRecall(real: real, generated: generated).precision == inside / 4, "\(point)")
        }
        let near = line([0, 1, 2, 3.9])
        #expect(PrecisionRecall(real: line([-1.2, 100, 200, 300]), generated: near, neighbors: 1).recall == 0)
        #expect(PrecisionRecall(real: line([-0.9, 100, 200, 300]), generated: near, neighbors: 1).recall == 0.25)
    }

    @Test func moreThanABlockOfImagesIsCompared() {
        let (real, generated) = (cloud(4, count: 700), cloud(5, count: 1100))
        let both = PrecisionRecall(real: real, generated: generated)
        #expect(both.precision > 0.9 && both.recall > 0.9)
    }
}
