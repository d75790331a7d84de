import Foundation

/// Which of several processes this one is, when a cluster engine has started it many times.
public struct Rank: Sendable, Hashable {
    /// From 0 to `count - 1`.
    public let index: Int
    /// How many processes there are.
    public let count: Int

    /// A process on its own.
    public static let alone = Rank(index: 0, count: 1)

    /// - Parameter index: from 0 to `count - 1`.
    public init(index: Int, count: Int) {
        precondition(count > 0 && (0..<count).contains(index), "Rank: \(index) of \(count)")
        self.index = index
        self.count = count
    }

    /// The share of the work that falls to this process.
    public var shard: Shard { Shard(index: index, count: count) }

    /// Reads the variables that Open MPI, MPICH and its relatives (PMI), and Slurm give to the processes they start.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        // The script of a Slurm job is told how many tasks there are although it runs only once; what `srun` starts
        // knows its step, too.
        let isScript = environment["SLURM_JOB_ID"] != nil && environment["SLURM_STEP_ID"] == nil
        let pairs = [
            ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
            ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"), ("SLURM_PROCID", "SLURM_NTASKS"),
        ]
        for (rank, size) in pairs where !(isScript && rank.hasPrefix("SLURM")) {
            guard let index = environment[rank].flatMap({ Int($0) }),
                let count = environment[size].flatMap({ Int($0) }),
                count > 0, (0..<count).contains(index)
            else { continue }
            self.init(index: index, count: count)
            return
        }
        self = .alone
    }
}
