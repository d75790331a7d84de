import Glibc

/// How the threads of the GNU OpenMP pool wait for each other.
///
/// By default they spin for 300,000 rounds, some eight milliseconds, before they sleep. When two of them meet on one
/// processor, because something else runs on the other, the one that waits keeps the one that works from running for
/// all that time. A thirtieth of it is as good between the kernels of a step, and a stall is then hardly seen.
package enum ThreadWaiting {
    private static let rounds = "10000"

    /// Starts the program anew with a shorter wait unless the environment says how long it should be: the pool reads
    /// that once, when it is loaded. Returns where that is not possible.
    package static func shorten() {
        guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return }
        setenv("GOMP_SPINCOUNT", rounds, 1)
        execv(path, CommandLine.unsafeArgv)
    }
}
