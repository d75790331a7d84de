import ArgumentParser

/// Where a run is kept and how it is watched.
struct RunOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var out = "run"

    @Flag(
        name: [.long, .customLong("continue-train")],
        help: "Go on with the run in the folder, exactly as if it had never stopped. Its settings are remembered.")
    var resume = false

    @Option(help: ArgumentHelp("What the model is called. Default: the name of the run's folder.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Steps from one sample sheet to the next; 0 for the last only. [500; sr: 1000]", valueName: "n"))
    var sampleEvery: Int?

    @Option(
        help: ArgumentHelp(
            "Steps from one checkpoint to the next; 0 for the last only. [gan, cgan: 1000; classifier: 500; others: 2000]",
            valueName: "n"))
    var checkpointEvery: Int?

    @Option(help: ArgumentHelp("How many of the latest checkpoints are kept. [3]", valueName: "n"))
    var keep: Int?

    @Option(help: ArgumentHelp("Steps from one evaluation to the next; 0 for none.", valueName: "n"))
    var evaluateEvery: Int?

    @Option(help: ArgumentHelp("The figure by which the best model is chosen.", valueName: "figure"))
    var bestMetric: String?

    @Option(help: ArgumentHelp("Steps from one line of the log to the next. [10]", valueName: "n"))
    var logEvery: Int?

    func validate() throws {
        let counts = [
            ("sample-every", sampleEvery, 0), ("checkpoint-every", checkpointEvery, 0), ("keep", keep, 1),
            ("evaluate-every", evaluateEvery, 0), ("log-every", logEvery, 1),
        ]
        for (name, value, least) in counts {
            if let value, value < least { throw ValidationError("--\(name) has to be at least \(least).") }
        }
    }

    /// What to type to go on with the run.
    func resumeCommand(_ kind: String) -> String {
        [CommandLine.arguments[0], "train", kind, "--out", out, "--resume"].map(Self.quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@".contains($0)) }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
