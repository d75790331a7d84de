import ArgumentParser
import TensorCore

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

    /// Sets the number of threads and what chooses the kernels.
    func apply(usualKernels: KernelSelection = .rules) {
        setKernelChoice(kernels ?? usualKernels)
        if let threads { setComputeThreads(threads) }
    }
}
