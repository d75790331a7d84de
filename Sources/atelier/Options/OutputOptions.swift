import ArgumentParser
import CPUBackend

extension KernelSelection: ExpressibleByArgument {
    public static var allValueStrings: [String] { names }
}

/// Output and computation: options of all commands that work for a long time.
struct OutputOptions: ParsableArguments {
    @OptionGroup var messages: MessageOptions

    @Option(
        help: ArgumentHelp("The number of compute threads.", discussion: "Default: one for each core.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "How the kernels of convolutions are chosen: auto, rules, or one kernel by name.",
            discussion: """
                auto measures once which kernel is fastest for each size, and remembers it in the user's cache folder. \
                rules uses the same kernels on every machine. Default: auto for training, rules otherwise; a run goes on \
                with those that it was started with.
                """, valueName: "who"))
    var kernels: KernelSelection?

    var quiet: Bool { messages.quiet }
    var json: Bool { messages.json }

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    }
}

/// A command that computes for a long time.
protocol ComputingCommand: ParsableCommand {
    var output: OutputOptions { get }
    /// The default selection of convolution kernels.
    var usualKernels: KernelSelection { get }

    /// Runs the command with the threads and the backend of its options.
    mutating func compute() throws
}

extension ComputingCommand {
    var usualKernels: KernelSelection { .rules }

    mutating func compute() throws { try computeHere() }

    /// The same in this process, whatever comes before and after.
    mutating func computeHere() throws {
        if let threads = output.threads { setComputeThreads(threads) }
        let backend = CPUBackend(kernels: output.kernels ?? usualKernels)
        try backend.run { try run() }
    }
}
