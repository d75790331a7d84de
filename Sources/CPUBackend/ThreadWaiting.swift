import Glibc

/// How the threads of the GNU OpenMP pool wait for each other.
///
/// By default they spin for 300,000 rounds, about eight milliseconds, before they sleep. If two of them share a
/// processor, because another program uses the other one, the waiting thread blocks the working thread for all that
/// time. A thirtieth of that time is as good between the kernels of a step, and a stall then hardly matters.
package enum ThreadWaiting {
    private static let rounds = "10000"

    /// Restarts the program with a shorter wait unless the environment already sets one. The pool reads the variable
    /// only once, when it is loaded. Returns if a restart is not possible.
    package static func shorten() {
        guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return }
        setenv("GOMP_SPINCOUNT", rounds, 1)
        execv(path, CommandLine.unsafeArgv)
    }
}
