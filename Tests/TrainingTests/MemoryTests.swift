import CPUBackend
import Foundation
import Layers
import Memory
import TensorCore
import Testing
import Training

/// A training whose memory runs out.
@Suite struct MemoryTests {
    private let folder = TemporaryFolder()
    private static let refusal = OutOfMemory(wanted: 100 << 20, setting: "this test", bytes: 20 << 20)

    private static func trainer(_ task: TwoPlayersTask, _ folder: RunFolder) -> Trainer<LineFittingTask.Settings> {
        Trainer(
            task, configuration: LineFittingTask.Settings(),
            options: TrainingOptions(
                steps: 8, sampleEvery: task.previewFails ? 3 : 0, checkpointEvery: 4, keep: 9, logEvery: 1),
            folder: folder)
    }

    /// Both phases are named by their players.
    @Test(arguments: [(phase: "first", kept: [4, 5]), (phase: "second", kept: [4])])
    func theStateBeforeAStepIsSavedIfItIsWhole(phase: String, kept: [Int]) throws {
        let whole = TwoPlayersTask()
        _ = try Self.trainer(whole, RunFolder(folder.path + "/whole")).run()

        let short = TwoPlayersTask()
        short.failure = (step: 6, phase: phase)
        let error = #expect(throws: TrainingError.self) {
            try MemoryJob.run { try Self.trainer(short, folder.run).run() }
        }
        guard case .outOfMemory(6, Self.refusal, batch: 64, _, let lastGood) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(lastGood?.hasSuffix("step-00000\(kept.last ?? 0)") == true)
        #expect(folder.run.checkpointSteps == kept)

        let resumed = TwoPlayersTask()
        #expect(try Self.trainer(resumed, folder.run).run(resuming: true).isComplete)
        #expect(resumed.values == whole.values)
    }

    #if compiler(>=6.2)
        /// What fits is estimated from the memory of the process, so this has one of its own.
        @Test func theBatchThatFitsIsNamed() async {
            await #expect(processExitsWith: .success) {
                for phase in ["first", "second"] {
                    let short = TwoPlayersTask()
                    short.failure = (step: 6, phase: phase)
                    let error = #expect(throws: TrainingError.self) {
                        try MemoryJob.run { try MemoryTests.trainer(short, TemporaryFolder().run).run() }
                    }
                    guard case .outOfMemory(_, _, batch: 64, let fitting?, _) = error else {
                        preconditionFailure("\(phase): \(String(describing: error))")
                    }
                    precondition((1..<64).contains(fitting), "\(phase): \(fitting)")
                    let words = "64 images does not fit; about \(fitting) would."
                    precondition(error?.description.contains(words) == true, "\(phase)")
                }
            }
        }
    #endif

    @Test func withoutACheckpointItSaysSo() throws {
        let short = TwoPlayersTask()
        short.failure = (step: 1, phase: "first")
        let error = #expect(throws: TrainingError.self) {
            try MemoryJob.run { try Self.trainer(short, folder.run).run() }
        }
        #expect(error?.description.contains("There is no checkpoint yet.") == true)
        #expect(error?.description.contains("step 1: 100 MB of memory are needed, and this test allows 20 MB") == true)
        #expect(folder.run.checkpointSteps.isEmpty)
    }

    @Test func aStateThatCannotBeSavedEitherLeavesTheLastOne() throws {
        let short = TwoPlayersTask()
        (short.failure, short.exportsThatFit) = ((step: 6, phase: "first"), 1)
        var warnings: [String] = []
        let error = #expect(throws: TrainingError.self) {
            try MemoryJob.run {
                try Self.trainer(short, folder.run).run { if case .warning(let words) = $0 { warnings.append(words) } }
            }
        }
        guard case .outOfMemory(6, Self.refusal, batch: 64, _, let lastGood) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(lastGood?.hasSuffix("step-000004") == true && folder.run.checkpointSteps == [4])
        #expect(warnings.count == 1 && warnings[0].hasPrefix("the checkpoint was left out: "))
    }

    @Test func aSheetThatDoesNotFitIsLeftOut() throws {
        let task = TwoPlayersTask()
        task.previewFails = true
        var warnings: [String] = []
        let outcome = try MemoryJob.run {
            try Self.trainer(task, folder.run).run { if case .warning(let words) = $0 { warnings.append(words) } }
        }
        #expect(outcome.isComplete)
        #expect(warnings.count == 3 && warnings[0].hasPrefix("the sample sheet was left out: 100 MB of memory"))
    }
}

/// Two networks with running statistics that learn in turn.
private final class TwoPlayersTask: TrainingTask {
    private let networks: [(linear: Linear, norm: BatchNorm)]
    private let loop: PhaseLoop
    private let plan: Plan

    /// Where memory runs out.
    private final class Plan {
        var failure: (step: Int, phase: String)?
    }

    private final class Network: Module {
        let linear: Linear
        let norm: BatchNorm
        init(_ linear: Linear, _ norm: BatchNorm) { (self.linear, self.norm) = (linear, norm) }
    }

    var failure: (step: Int, phase: String)? {
        get { plan.failure }
        set { plan.failure = newValue }
    }
    var previewFails = false
    var exportsThatFit = Int.max

    init() {
        let plan = Plan()
        let networks = (1...2).map { (Linear(3, 4, random: Random(seed: UInt64($0))), BatchNorm(4)) }
        let phases = zip(["first", "second"], networks).map { name, network in
            let module = Network(network.0, network.1)
            let player = Player(
                name, module, optimizer: Adam(module.parameters), rate: Player.LearningRate(0.01))
            return TrainingPhase(name, [player]) { context in
                context.note(images: 64)
                let isShort = plan.failure.map { $0 == (context.step, name) } ?? false
                let x = context.random.normal([64, 3])
                let y = network.1(network.0(x, context.training), context.training)
                let missing = OutOfMemory(wanted: 100 << 20, setting: "this test", bytes: 20 << 20)
                let loss = isShort ? y + CPUBackend.standard.missing(y.shape, missing) : y
                return (loss - 1).squared().mean()
            }
        }
        loop = PhaseLoop(phases, seed: 3)
        self.networks = networks
        self.plan = plan
    }

    var kind: String { "two" }
    var batchSize: Int? { 64 }

    func step(_ number: Int, measuring: Bool) throws -> StepReport { try loop.step(number, measuring: measuring) }
    func checkpoint() -> TrainingState { loop.state }
    func restore(_ state: TrainingState) throws { try loop.restore(state) }
    func evaluate() throws -> [String: Double] { [:] }

    func preview() throws -> Preview? {
        guard previewFails else { return nil }
        let refusal = OutOfMemory(wanted: 100 << 20, setting: "this test", bytes: 20 << 20)
        return Preview(images: CPUBackend.standard.missing([2, 1, 8, 8], refusal), columns: 2)
    }

    func export(to folder: String, after step: Int) throws {
        guard exportsThatFit > 0 else { throw OutOfMemory(wanted: 1, setting: "this test", bytes: 0) }
        exportsThatFit -= 1
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// All numbers, by name.
    var values: [String: [Float]] { loop.state.tensors.mapValues(\.values) }
}
