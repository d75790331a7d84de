import Glibc

/// The library of the Message Passing Interface, found when it is needed: nobody needs it to build the program or to run
/// it alone. Open MPI's handles are addresses of its global variables, those of MPICH and its relatives are numbers.
struct MPILibrary: @unchecked Sendable {
    /// A communicator, a type or an operation. Numbers are in the lower half, where a C function looks for them.
    typealias Handle = UInt
    typealias Buffer = UnsafeMutableRawPointer?
    /// Has the size of the larger kind of handle.
    typealias Request = UnsafeMutablePointer<UInt>

    let world, bytes, doubles, sum: Handle
    /// In place of a buffer: the numbers are where the result shall be.
    let inPlace: Buffer
    /// In place of a status: nobody asks for it.
    let noStatus: Buffer

    let initialize: @convention(c) (Buffer, Buffer, Int32, UnsafeMutablePointer<Int32>) -> Int32
    let rank: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
    let size: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
    let broadcast: @convention(c) (Buffer, Int32, Handle, Int32, Handle) -> Int32
    let allgather: @convention(c) (Buffer, Int32, Handle, Buffer, Int32, Handle, Handle) -> Int32
    let allgatherv:
        @convention(c) (
            Buffer, Int32, Handle, Buffer, UnsafePointer<Int32>, UnsafePointer<Int32>, Handle, Handle
        ) -> Int32
    let allreduce: @convention(c) (Buffer, Buffer, Int32, Handle, Handle, Handle) -> Int32
    let beginAlltoall,
        beginAllgather: @convention(c) (Buffer, Int32, Handle, Buffer, Int32, Handle, Handle, Request) -> Int32
    let duplicate: @convention(c) (Handle, UnsafeMutablePointer<Handle>) -> Int32
    let test: @convention(c) (Request, UnsafeMutablePointer<Int32>, Buffer) -> Int32
    let finalize: @convention(c) () -> Int32
    let abort: @convention(c) (Handle, Int32) -> Int32

    /// The names under which systems have it: Open MPI's, MPICH's, and one for either.
    private static func names(for engine: Rank.Engine?) -> [String] {
        let (openMPI, mpich) = (["libmpi.so.40", "libmpi.so.80"], ["libmpi.so.12", "libmpich.so.12"])
        return (engine == .mpich ? mpich + openMPI : openMPI + mpich) + ["libmpi.so"]
    }

    /// Finds the library.
    ///
    /// - Parameter engine: whose ranks they are; a machine may have several libraries.
    /// - Throws: ``ClusterError/noLibrary(reason:)``.
    init(for engine: Rank.Engine?) throws {
        let names = Self.names(for: engine)
        // Its parts look for each other's names.
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_GLOBAL) }).first else {
            throw ClusterError.noLibrary(reason: "none of \(names.joined(separator: ", ")) can be loaded")
        }
        func function<Kind>(_ name: String, as _: Kind.Type = Kind.self) throws -> Kind {
            guard let address = dlsym(library, "MPI_" + name) else {
                throw ClusterError.noLibrary(reason: "it has no MPI_\(name)")
            }
            return unsafeBitCast(address, to: Kind.self)
        }
        func variable(_ name: String) -> Handle? { dlsym(library, "ompi_mpi_" + name).map { Handle(bitPattern: $0) } }
        if let world = variable("comm_world"), let bytes = variable("byte"),
            let doubles = variable("double"), let sum = variable("op_sum")
        {
            (self.world, self.bytes, self.doubles, self.sum) = (world, bytes, doubles, sum)
            (inPlace, noStatus) = (UnsafeMutableRawPointer(bitPattern: 1), nil)
        } else {
            (world, bytes, doubles) = (0x4400_0000, 0x4c00_010d, 0x4c00_080b)
            sum = 0x5800_0003
            inPlace = UnsafeMutableRawPointer(bitPattern: -1)
            noStatus = UnsafeMutableRawPointer(bitPattern: 1)
        }
        initialize = try function("Init_thread")
        rank = try function("Comm_rank")
        size = try function("Comm_size")
        broadcast = try function("Bcast")
        allgather = try function("Allgather")
        allgatherv = try function("Allgatherv")
        allreduce = try function("Allreduce")
        beginAlltoall = try function("Ialltoall")
        beginAllgather = try function("Iallgather")
        duplicate = try function("Comm_dup")
        test = try function("Test")
        finalize = try function("Finalize")
        abort = try function("Abort")
    }
}
