import Cluster
import ImageData
import TensorCore
import TestSupport
import Testing
import Training

@testable import Pix2Pix

/// Pix2pix on several ranks: with dropout, statistics of batches, augmentation, and a discriminator whose next term for
/// real pairs is computed before its turn.
@Suite struct Pix2PixRanksTests {
    private static func pairs(_ step: Int) -> PairBatch {
        func noise(_ stream: UInt64) -> Tensor { Random(seed: 9, stream: stream).normal([4, 3, 16, 16]).tanh() }
        return PairBatch(
            inputs: noise(UInt64(2 * step)), targets: noise(UInt64(2 * step + 1)), indices: [0, 1, 2, 3])
    }

    private static func trained(_ communicator: any Communicator) throws -> TrainingState {
        var configuration = Pix2PixConfiguration()
        (configuration.generator.depth, configuration.generator.width) = (3, 4)
        (configuration.discriminator.patch, configuration.discriminator.width) = (16, 4)
        (configuration.training.steps, configuration.training.batchSize) = (4, 4)
        configuration.training.losses.featureMatchingWeight = 10
        configuration.training.augmentation = [.color, .translation]
        let own = Share(index: communicator.rank, count: communicator.count)
        let task = Pix2PixTask(
            configuration, batch: { pairs($0).part(own) }, preview: [pairs(1000)], name: "tints")
        task.division = try Division(communicator, shards: 4, batch: 4)
        for number in 1...4 { _ = try task.step(number, measuring: number == 2) }
        return task.checkpoint()
    }

    @Test func oneTwoAndFourRanksKeepTheSameState() throws {
        let alone = try Self.trained(Alone())
        #expect(alone.tensors.count > 50)
        for ranks in [2, 4] {
            for state in try ThreadCommunicator.together(ranks, { try Self.trained($0) }) {
                #expect(state.numbers == alone.numbers && state.tensors.count == alone.tensors.count)
                for (name, tensor) in alone.tensors {
                    #expect(state.tensors[name]?.values == tensor.values, "\(name)")
                }
            }
        }
    }
}
