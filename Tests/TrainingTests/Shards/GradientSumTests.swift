import Cluster
import TensorCore
import TestSupport
import Testing

@testable import Training

/// What travels between ranks.
@Suite struct GradientSumTests {
    /// A small parameter, and one that is too large for one sum.
    private static let sizes = [5, GradientBucket.usualSize + 3]

    /// The mean gradients of two shards, in which the gradients of the numbers of a parameter are 1, 2, 3, 1, …, and on
    /// the second shard three times as much.
    private static func means(_ communicator: any Communicator, _ division: Division) -> [[Float]] {
        let parameters = sizes.map { Tensor.zeros([$0]).requiringGradient() }
        var sum = GradientSum(division, count: parameters.count)
        for (place, shard) in division.own.enumerated() {
            let terms = parameters.map { parameter in
                let slopes = Tensor(shape: parameter.shape) { buffer in
                    for index in buffer.indices { buffer[index] = Float(index % 3 + 1) * (shard == 0 ? 1 : 3) }
                }
                return (parameter * slopes).sum()
            }
            sum.add(
                gradientsOf: terms[0] + terms[1], at: parameters, after: nil, isLast: place == division.own.count - 1)
        }
        var means = [[Float]](repeating: [], count: parameters.count)
        sum.receive { part in
            for case (let number, let mean?) in part.enumerated() { means[number] += mean.values }
        }
        return means
    }

    @Test(arguments: [1, 2]) func largeGradientsTravelInParts(_ ranks: Int) throws {
        let found = try ThreadCommunicator.together(ranks) { communicator in
            let division = try Division(communicator, shards: 2, batch: 2)
            // The second step uses the memory of the first.
            return [Self.means(communicator, division), Self.means(communicator, division)]
        }
        for means in found.joined() {
            #expect(means.map(\.count) == Self.sizes)
            for values in means { #expect(values.indices.allSatisfy { values[$0] == Float(2 * ($0 % 3 + 1)) }) }
        }
    }
}
