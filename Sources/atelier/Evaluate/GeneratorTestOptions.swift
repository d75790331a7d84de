import ArgumentParser

/// The options for generating images to measure.
struct GeneratorTestOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How many images are made. [10000; with --memorization 1000]", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("The seed of the first of them. [0]", valueName: "n"))
    var seed: UInt64?

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp("Keep the noise within ±t, as in “atelier generate”.", valueName: "t"))
    var truncation: Double?

    func validate() throws {
        if let count, count < 10 { throw ValidationError("--count must be at least 10.") }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
    }

    /// The names of the given options.
    var given: [String] {
        [
            count.map { _ in "--count" }, seed.map { _ in "--seed" }, truncation.map { _ in "--truncation" },
        ].compactMap { $0 }
    }
}
