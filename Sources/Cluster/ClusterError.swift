/// Why ranks cannot compute together.
public enum ClusterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A cluster engine started several ranks, but there is no MPI library for them.
    case noLibrary(reason: String)
    /// The cluster engine and the library do not agree on the number of ranks.
    case differentCounts(engine: Int, library: Int)
    /// Some ranks cannot begin, or would compute something else than the first one. The words name each by its host.
    case refused([String])

    /// The reason in words.
    public var description: String {
        switch self {
        case .noLibrary(let reason):
            """
            This process is one of several ranks, and they need an MPI library: \(reason).
            Install the one whose mpirun starts them (Debian: apt install openmpi-bin), on every machine.
            """
        case .differentCounts(let engine, let library):
            """
            The engine started \(engine) ranks, but the MPI library finds \(library).
            Start them with the mpirun of that library, or with srun --mpi=pmix.
            """
        case .refused(let reasons): reasons.joined(separator: "\n")
        }
    }
}
