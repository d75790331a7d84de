import ArgumentParser

@main
struct AtelierBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atelier-bench",
        abstract: "Benchmarks of Atelier's engine.",
        subcommands: [Step.self, Infer.self, Peak.self])
}
