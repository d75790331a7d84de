import ArgumentParser
import CPUBackend

extension KernelSelection: ExpressibleByArgument {
    public static var allValueStrings: [String] { names }
}

/// How much is said, and how it is computed: options of every command that works for long.
struct OutputOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print one JSON object a line on the standard output instead of words.")
    var json = false

    @Option(help: ArgumentHelp("How many threads compute.", discussion: "Default: one for each core.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "What chooses the kernels of convolutions: auto, rules, or one kernel by name.",
            discussion: """
                auto measures once which kernel is fastest for each size and remembers it in the user's cache folder. \
                rules takes the same ones on every machine. Default: auto to train, rules otherwise.
                """, valueName: "who"))
    var kernels: KernelSelection?

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads has to be at least 1.") }
    }

}

/// A command that computes for long.
protocol ComputingCommand: ParsableCommand {
    var output: OutputOptions { get }
    /// What chooses the kernels of convolutions where nobody says.
    var usualKernels: KernelSelection { get }
}

extension ComputingCommand {
    var usualKernels: KernelSelection { .rules }

    /// Runs the command with the threads and on the backend that its options ask for.
    mutating func compute() throws {
        if let threads = output.threads { setComputeThreads(threads) }
        let backend = CPUBackend(kernels: output.kernels ?? usualKernels)
        try backend.run { try run() }
    }
}
