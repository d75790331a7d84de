import ArgumentParser
import TensorCore

/// How much is said, and how many threads compute: options of every command that works for long.
struct OutputOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print one JSON object a line on the standard output instead of words.")
    var json = false

    @Option(help: ArgumentHelp("How many threads compute.", discussion: "Default: one for each core.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads has to be at least 1.") }
    }

    /// Sets the number of threads.
    func apply() {
        if let threads { setComputeThreads(threads) }
    }
}
