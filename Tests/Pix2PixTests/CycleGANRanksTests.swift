import Cluster
import ImageData
import TensorCore
import TestSupport
import Testing
import Training

@testable import Pix2Pix

/// CycleGAN on several ranks: the pools of former images and the moving averages are those of the run.
@Suite struct CycleGANRanksTests {
    private static func images(_ step: Int) -> UnpairedBatch {
        func noise(_ stream: UInt64) -> Tensor { Random(seed: 9, stream: stream).normal([4, 3, 16, 16]).tanh() }
        return UnpairedBatch(a: noise(UInt64(2 * step)), b: noise(UInt64(2 * step + 1)))
    }

    private static func trained(
        _ communicator: any Communicator
    ) throws -> (state: TrainingState, figures: [String: Double]) {
        var configuration = CycleGANConfiguration()
        (configuration.generator.depth, configuration.generator.width) = (1, 4)
        (configuration.discriminator.patch, configuration.discriminator.width) = (16, 4)
        (configuration.training.steps, configuration.training.batchSize) = (4, 4)
        configuration.training.averageDecay = 0.9
        configuration.poolSize = 5
        configuration.frame = PairFrame(loadSize: 16, cropSize: 16)
        let own = Share(index: communicator.rank, count: communicator.count)
        let task = CycleGANTask(
            configuration, batch: { images($0).part(own) }, preview: [images(1000), images(1001), images(1002)],
            name: "tints")
        task.division = try Division(communicator, shards: 4, batch: 4)
        for number in 1...4 { _ = try task.step(number, measuring: false) }
        return (task.checkpoint(), try task.evaluate())
    }

    @Test func oneTwoAndFourRanksKeepTheSameState() throws {
        let (alone, figures) = try Self.trained(Alone())
        #expect(figures.keys.sorted() == ["cycle-A", "cycle-B"])
        #expect(alone.tensors["AtoB.pool"]?.shape == [5, 3, 16, 16])
        for ranks in [2, 4] {
            for (rank, other) in try ThreadCommunicator.together(ranks, { try Self.trained($0) }).enumerated() {
                // The fourth rank has no image to evaluate.
                #expect(other.figures == (rank < 3 ? figures : [:]))
                let state = other.state
                #expect(state.numbers == alone.numbers)
                #expect(state.tensors.count == alone.tensors.count)
                for (name, tensor) in alone.tensors {
                    #expect(state.tensors[name]?.values == tensor.values, "\(name)")
                }
            }
        }
    }
}
