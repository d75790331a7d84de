import Cluster
import ImageData
import TensorCore
import TestSupport
import Testing

@testable import StyleGAN
@testable import Training

/// StyleGAN2 on several ranks: adaptive augmentation, the mean path length and the moving average are those of the run.
@Suite struct StyleRanksTests {
    private static func state(_ communicator: any Communicator) throws -> TrainingState {
        let own = Share(index: communicator.rank, count: communicator.count)
        let task = AdversarialTask(
            StyleTrainingTests.small(classes: true), batch: { StyleTrainingTests.batch($0).part(own) },
            whole: StyleTrainingTests.batch, name: "shades")
        // Augmentation is at work from the first step.
        var start = task.checkpoint()
        start.numbers["augmentation.probability"] = 0.7
        try task.restore(start)
        task.division = try Division(communicator, shards: 2, batch: 4)
        for number in 1...4 { _ = try task.step(number, measuring: number == 4) }
        return task.checkpoint()
    }

    @Test func oneAndTwoRanksKeepTheSameState() throws {
        let alone = try Self.state(Alone())
        for name in ["augmentation.probability", "pathLength.mean"] {
            #expect(try #require(alone.numbers[name]) != 0, "\(name)")
        }
        for state in try ThreadCommunicator.together(2, { try Self.state($0) }) {
            #expect(state.numbers == alone.numbers)
            #expect(state.tensors.count == alone.tensors.count)
            for (name, tensor) in alone.tensors { #expect(state.tensors[name]?.values == tensor.values, "\(name)") }
        }
    }
}
