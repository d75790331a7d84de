import Cluster
import Foundation
import Layers
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Batch normalization of a batch whose parts lie on several ranks, with the statistics of the whole batch.
@Suite struct SynchronizedStatisticsTests {
    private static let epsilon: Float = 1e-2

    /// A way to normalize: the shape of the whole batch, whether gamma and beta are learned, and what follows.
    struct Case: Sendable, CustomTestStringConvertible {
        let ranks: Int
        let shape: [Int]
        var isAffine = true
        var activation = "none"
        var testDescription: String { "\(ranks) ranks, \(shape), \(isAffine ? "affine" : "plain"), \(activation)" }
    }

    static let cases = [
        Case(ranks: 2, shape: [4, 3]), Case(ranks: 4, shape: [8, 2], isAffine: false),
        Case(ranks: 2, shape: [2, 3, 2, 3]), Case(ranks: 4, shape: [4, 2, 1, 3], isAffine: false),
        Case(ranks: 2, shape: [4, 2, 2, 2], activation: "leaky"),
        Case(ranks: 2, shape: [4, 2, 2, 1], activation: "tanh"),
        Case(ranks: 2, shape: [2, 2, 3, 2], activation: "prelu"),
    ]

    /// Values, gradients and gradients of gradients on every rank, compared with the whole batch in doubles.
    ///
    /// Inputs come to each rank as the mean of what all have, and results are summed, so all ranks have the gradients of
    /// the whole.
    @Test(arguments: cases) func partsNormalizeAsTheWholeDoes(_ one: Case) throws {
        let (shape, ranks) = (one.shape, one.ranks)
        let perChannel = [1, shape[1]] + shape.dropFirst(2).map { _ in 1 }
        var inputs = [TestValues.separated.array(shape: shape, seed: 1)]
        if one.isAffine {
            inputs.append(TestValues.spread(0.4...2).array(shape: [shape[1]], seed: 2))
            inputs.append(TestValues.spread(-1.5...1.5).array(shape: [shape[1]], seed: 3))
        }
        if one.activation == "prelu" {
            inputs.append(TestValues.spread(-1...1).array(shape: [shape[1]], seed: 4))
        }
        let given = inputs
        try Self.expectAgreement(ranks, given) { part, inputs, mode in
            let activation: Activation =
                switch one.activation {
                case "leaky": .leakyReLU(slope: 0.25)
                case "tanh": .tanh
                case "prelu": .prelu(weights: inputs[3])
                default: .none
                }
            return part.batchNormalized(
                gamma: one.isAffine ? inputs[1] : nil, beta: one.isAffine ? inputs[2] : nil, epsilon: Self.epsilon,
                then: activation, peers: mode.peers
            ).output
        } reference: { inputs in
            var y = inputs[0].standardized(axes: [0] + Array(2..<shape.count), epsilon: Double(Self.epsilon))
            if one.isAffine {
                y = y.combined(inputs[1].reshaped(perChannel), *).combined(inputs[2].reshaped(perChannel), +)
            }
            switch one.activation {
            case "leaky": return y.map { $0 > 0 ? $0 : 0.25 * $0 }
            case "tanh": return y.map { Foundation.tanh($0) }
            case "prelu":
                let negative = y.map { min($0, 0) }.combined(inputs[3].reshaped(perChannel), *)
                return y.map { max($0, 0) }.combined(negative, +)
            default: return y
            }
        }
    }

    /// The standard deviation over groups of images that lie on different ranks.
    @Test(arguments: [2, 4]) func partsDifferAsInTheWhole(_ ranks: Int) throws {
        let (n, c, h, w) = (8, 2, 2, 1)
        try Self.expectAgreement(ranks, [TestValues.separated.array(shape: [n, c, h, w], seed: 1)]) { part, _, mode in
            MinibatchStandardDeviation(group: 4)(part, mode)
        } reference: { inputs in
            let x = inputs[0]
            return ReferenceArray(shape: [n, c + 1, h, w]) { index in
                if index[1] < c { return x[index] }
                let places = (0..<c).flatMap { channel in (0..<h).map { [channel, $0] } }
                let deviations = places.map { place in
                    let values = (0..<4).map { x[[index[0] % 2 + 2 * $0, place[0], place[1], 0]] }
                    let mean = values.reduce(0, +) / 4
                    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4 + 1e-8).squareRoot()
                }
                return deviations.reduce(0, +) / Double(deviations.count)
            }
        }
    }

    /// Compares what ranks compute of their parts of the first input with what a reference computes of the whole.
    private static func expectAgreement(
        _ ranks: Int, _ inputs: [ReferenceArray],
        _ engine: @escaping @Sendable (_ part: Tensor, _ inputs: [Tensor], _ mode: ForwardMode) -> Tensor,
        reference: @escaping DerivativeCheck.Reference
    ) throws {
        let found = try ThreadCommunicator.together(ranks) { communicator in
            let peers = RankPeers(communicator)
            let mode = ForwardMode.training(Random(seed: 1)).together(with: peers)
            let check = DerivativeCheck(inputs: inputs, tolerance: 3e-4) { inputs in
                let all = inputs.map { $0.summed(over: peers).scaled(by: 1 / Float(ranks)) }
                return engine(all[0].part(peers.share), all, mode).joined(over: peers)
            } reference: {
                reference($0)
            }
            return [false, true].filter { !$0 || inputs[0].shape.count == 4 }.flatMap { last in
                check.disagreements(channelsLast: inputs.map { last && $0.shape.count == 4 })
            }
        }
        for (rank, words) in found.enumerated() {
            #expect(words.isEmpty, "rank \(rank): \(words.prefix(4).joined(separator: "; "))")
        }
    }

    /// Otherwise the test above proves nothing.
    @Test func partsOnTheirOwnNormalizeInAnotherWay() throws {
        let x = Random(seed: 1).normal([4, 2])
        let whole = x.batchNormalized().output.values
        let parts = [0, 1].flatMap { x.part(Share(index: $0, count: 2)).batchNormalized().output.values }
        #expect(zip(whole, parts).contains { abs($0 - $1) > 0.1 })
    }

    @Test func runningStatisticsFollowTheWholeBatch() throws {
        let x = Random(seed: 2).normal([6, 3, 2, 2]) * 3 + 50
        @Sendable func state(_ part: Tensor, _ mode: ForwardMode) -> [[Float]] {
            let norm = BatchNorm(3)
            _ = norm(part, mode, then: .none)
            return [norm.runningMean.value.values, norm.runningVar.value.values]
        }
        let whole = state(x, .training(Random(seed: 3)))
        let ranks = try ThreadCommunicator.together(3) { communicator in
            state(
                x.part(Share(index: communicator.rank, count: 3)),
                .training(Random(seed: 3)).together(with: RankPeers(communicator)))
        }
        for found in ranks {
            for (ours, wanted) in zip(found, whole) {
                #expect(zip(ours, wanted).allSatisfy { abs($0 - $1) <= 1e-5 * abs($1) })
            }
        }
    }

    @Test func aRankOnItsOwnHasNoPeers() throws {
        #expect(try Division(Alone(), shards: nil, batch: 8, synchronizes: true).peers == nil)
        let counts = try ThreadCommunicator.together(2) {
            try Division($0, shards: nil, batch: 8, synchronizes: true).peers?.count
        }
        #expect(counts == [2, 2])
        #expect(throws: DivisionError.synchronizedShards) {
            try Division(Alone(), shards: 4, batch: 8, synchronizes: true)
        }
    }
}
