import Foundation

/// The rank of this process among those that a cluster engine started.
public struct Rank: Sendable, Hashable {
    /// From 0 to `count - 1`.
    public let index: Int
    /// How many processes there are.
    public let count: Int
    /// The name of the job if the engine ends all its processes as soon as one fails; otherwise nil.
    public let job: String?

    /// What started the processes; nil if that is unknown.
    let engine: Engine?
    /// Whether the engine says that all processes are on this machine.
    let isOnOneMachine: Bool

    enum Engine: Sendable { case openMPI, mpich, slurm }

    /// A process on its own.
    public static let alone = Rank(index: 0, count: 1)

    /// - Parameters:
    ///   - index: from 0 to `count - 1`.
    ///   - count: the number of processes.
    ///   - job: the name of the job if the engine ends all its processes as soon as one fails.
    public init(index: Int, count: Int, job: String? = nil) {
        self.init(index: index, count: count, job: job, engine: nil)
    }

    init(index: Int, count: Int, job: String?, engine: Engine?, isOnOneMachine: Bool = false) {
        precondition(count > 0 && (0..<count).contains(index), "Rank: \(index) of \(count)")
        self.index = index
        self.count = count
        self.job = job
        self.engine = engine
        self.isOnOneMachine = isOnOneMachine
    }

    /// Reads the variables that Open MPI, MPICH and its relatives (PMI), and Slurm give to the processes they start.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        // A Slurm job script sees the number of tasks although it runs only once; a process started by `srun` also sees
        // its step.
        let isScript = environment["SLURM_JOB_ID"] != nil && environment["SLURM_STEP_ID"] == nil
        let engines: [(engine: Engine, rank: String, size: String)] = [
            (.openMPI, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), (.mpich, "PMI_RANK", "PMI_SIZE"),
            (.slurm, "SLURM_PROCID", "SLURM_STEP_NUM_TASKS"), (.slurm, "SLURM_PROCID", "SLURM_NTASKS"),
        ]
        for (engine, rank, size) in engines where !(isScript && engine == .slurm) {
            guard let index = environment[rank].flatMap({ Int($0) }),
                let count = environment[size].flatMap({ Int($0) }),
                count > 0, (0..<count).contains(index)
            else { continue }
            let job = environment["OMPI_MCA_orte_precondition_transports"] ?? environment["PMIX_NAMESPACE"]
            let isOnOneMachine =
                switch engine {
                case .openMPI: environment["OMPI_COMM_WORLD_LOCAL_SIZE"] == "\(count)"
                case .mpich: environment["MPI_LOCALNRANKS"] == "\(count)"
                case .slurm: environment["SLURM_STEP_NUM_NODES"] == "1"
                }
            self.init(
                index: index, count: count, job: engine == .openMPI ? job : nil, engine: engine,
                isOnOneMachine: isOnOneMachine)
            return
        }
        self = .alone
    }
}
