import Atelier
import CPUBackend

/// A command that keeps a run, and may do so together with other ranks.
protocol RunCommand: ComputingCommand {
    var runOptions: RunOptions { get set }
}

extension RunCommand {
    /// Those that a run was started with. Otherwise the fastest, unless bits matter: measurements choose different kernels
    /// at different times.
    var usualKernels: KernelSelection {
        runOptions.recordedKernels ?? (runOptions.keepsBits ? .rules : .measured)
    }

    mutating func compute() throws {
        try runOptions.join()
        guard runOptions.joined.ranks.areSeveral else { return try computeHere() }
        do { try computeHere() } catch { runOptions.joined.end(because: "\(error)") }
    }
}
