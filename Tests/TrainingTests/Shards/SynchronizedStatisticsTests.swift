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
        let found = try ThreadCommunicator.together(ranks) { communicator in
            let peers = RankPeers(communicator)
            let own = Share(index: communicator.rank, count: communicator.count)
            let check = DerivativeCheck(inputs: given, tolerance: 3e-4) { inputs in
                let all = inputs.map { $0.summed(over: peers).scaled(by: 1 / Float(ranks)) }
                let activation: Activation =
                    switch one.activation {
                    case "leaky": .leakyReLU(slope: 0.25)
                    case "tanh": .tanh
                    case "prelu": .prelu(weights: all[3])
                    default: .none
                    }
                let part = all[0].part(own).batchNormalized(
                    gamma: one.isAffine ? all[1] : nil, beta: one.isAffine ? all[2] : nil, epsilon: Self.epsilon,
                    then: activation, peers: peers
                ).output
                let nothing = Tensor.zeros(part.shape)
                return Tensor.concatenated((0..<ranks).map { $0 == own.index ? part : nothing }).summed(over: peers)
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
            return [false, true].filter { !$0 || shape.count == 4 }.flatMap { last in
                check.disagreements(channelsLast: given.map { last && $0.shape.count == 4 })
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
