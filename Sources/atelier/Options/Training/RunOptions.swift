import ArgumentParser
import Atelier
import CPUBackend
import TensorCore

/// The folder of a run, and its logs.
struct RunOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var out = "run"

    @Flag(
        name: [.long, .customLong("continue-train")],
        help: "Continue the run in the folder exactly as if it had never stopped, with the same settings.")
    var resume = false

    @Option(
        name: .customLong("change"),
        help: ArgumentHelp(
            "What becomes different when a run is resumed: batch-size=N, learning-rate=RATE, precision=NAME, or data "
                + "for other images. Repeat for more. The run records from which step it holds, and is no longer "
                + "bit-exact.", valueName: "change"))
    var changes: [RunChange] = []

    @Option(
        help: ArgumentHelp(
            "How long to train, in hours, instead of --steps: measures the speed, chooses the steps that fit, and "
                + "ends within 3 % of the time, with everything that is measured and saved. With --resume, so much "
                + "time is added.", valueName: "time"))
    var hours: Double?

    @Flag(
        help: ArgumentHelp(
            "The same bits on 1, 2 or 4 ranks of a cluster: every batch is divided into shards, with statistics of their "
                + "own, and sums keep their order."))
    var deterministic = false

    @Option(
        help: ArgumentHelp(
            "The number of shards of a batch with --deterministic; the number of ranks divides it. [4]", valueName: "n")
    )
    var shards: Int?

    @Flag(
        help: ArgumentHelp(
            "On several ranks of a cluster, batch normalization and the minibatch standard deviation see the whole batch, "
                + "and not each rank's part."))
    var syncBatchNorm = false

    @Option(
        help: ArgumentHelp(
            "The precision in which gradients travel between ranks: f32, or bf16, which halves what the network carries. "
                + "Ranks add them in float32.", valueName: "name"))
    var gradientPrecision: Precision?

    @Option(help: ArgumentHelp("The name of the model. Default: the name of the run's folder.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Steps between sample sheets; 0 for the last only. [500; sr: 1000]", valueName: "n"))
    var sampleEvery: Int?

    @Option(
        help: ArgumentHelp(
            "Steps between checkpoints; 0 for the last only. [gan, cgan: 1000; classifier: 500; others: 2000]",
            valueName: "n"))
    var checkpointEvery: Int?

    @Option(help: ArgumentHelp("The number of checkpoints to keep. [3]", valueName: "n"))
    var keep: Int?

    @Option(help: ArgumentHelp("Steps between evaluations; 0 for none.", valueName: "n"))
    var evaluateEvery: Int?

    @Option(help: ArgumentHelp("The metric that chooses the best model.", valueName: "figure"))
    var bestMetric: String?

    @Option(help: ArgumentHelp("Steps between lines of the log. [10]", valueName: "n"))
    var logEvery: Int?

    /// The ranks that the run is trained by.
    private(set) var joined = JoinedRanks()

    /// Joins the other ranks if there are any.
    mutating func join() throws { out = try joined.join(for: out) }

    /// Whether the run gives the same bits on any number of ranks.
    var keepsBits: Bool { deterministic || resume && RunFolder(out).hasShards }

    /// The kernels that a run was started with, if it goes on.
    var recordedKernels: KernelSelection? {
        resume ? RunFolder(out).kernels.flatMap { KernelSelection($0) } : nil
    }

    func validate() throws {
        if !changes.isEmpty, !resume { throw ValidationError("--change is for a run that goes on: add --resume.") }
        if let hours, !(hours > 0 && hours <= 10_000) {
            throw ValidationError("--hours must be greater than 0, and at most 10000.")
        }
        let intervals: KeyValuePairs = [
            "sample-every": sampleEvery, "checkpoint-every": checkpointEvery, "evaluate-every": evaluateEvery,
        ]
        try NumberCheck.counts(intervals, from: 0)
        try NumberCheck.counts(["keep": keep, "log-every": logEvery, "shards": shards])
        if shards != nil, !deterministic { throw ValidationError("--shards belongs to --deterministic.") }
        if gradientPrecision == .automatic { throw ValidationError("--gradient-precision must be f32 or bf16.") }
        if gradientPrecision == .bfloat16, deterministic {
            throw ValidationError(
                "--gradient-precision bf16 and --deterministic exclude each other: on one rank, gradients do not travel, so "
                    + "they are not rounded.")
        }
        if syncBatchNorm, deterministic {
            throw ValidationError(
                "--sync-batch-norm and --deterministic exclude each other: with --deterministic, the shards of a batch are "
                    + "computed one after another, each with statistics of its own.")
        }
    }

    /// The command that continues the run.
    func resumeCommand(_ kind: String) -> String {
        [CommandLine.arguments[0], "train", kind, "--out", out, "--resume"].map(Self.quoted).joined(separator: " ")
    }

    /// A word as a shell takes it.
    static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@".contains($0)) }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

extension RunChange: ExpressibleByArgument {
    /// Parses `batch-size=32` and its like, and `data`.
    public init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("data", nil): self = .data
        case ("batch-size", let value?):
            guard let count = Int(value), count > 0 else { return nil }
            self = .batchSize(count)
        case ("learning-rate", let value?), ("lr", let value?):
            guard let rate = Double(value), rate > 0, rate.isFinite else { return nil }
            self = .learningRate(rate)
        case ("precision", let value?):
            guard let precision = Precision(argument: value) else { return nil }
            self = .precision(precision.resolved)
        default: return nil
        }
    }
}
