import Evaluation
import TensorCore
import TestSupport
import Testing

/// Distances between sets of points against SciPy's matrix root and a direct count of neighbors.
@Suite struct KnownAnswerDistanceTests {
    @Test func frechetDistanceAgreesWithTheMatrixRoot() throws {
        let cases = try KnownAnswer.cases(of: "distances").filter { $0.operation == "frechet" }
        #expect(cases.count == 3)
        for answer in cases {
            let (real, fake) = (try answer.tensor("real"), try answer.tensor("fake"))
            let distance = FeatureStatistics(real.scalars, width: real.shape[1])
                .frechetDistance(to: FeatureStatistics(fake.scalars, width: fake.shape[1]))
            let expected = try answer.number("distance")
            #expect(abs(distance - expected) < 1e-5 * max(expected, 1), "\(answer): \(distance), SciPy has \(expected)")
        }
    }

    @Test func precisionAndRecallCountTheSamePoints() throws {
        let cases = try KnownAnswer.cases(of: "distances").filter { $0.operation == "precisionRecall" }
        #expect(cases.count == 3)
        for answer in cases {
            let measured = PrecisionRecall(
                real: try answer.loaded("real"), generated: try answer.loaded("fake"),
                neighbors: try answer.integer("k"))
            #expect(abs(measured.precision - (try answer.number("precision"))) < 1e-9, "\(answer) precision")
            #expect(abs(measured.recall - (try answer.number("recall"))) < 1e-9, "\(answer) recall")
        }
    }
}
