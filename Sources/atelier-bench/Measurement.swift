import CPUBackend
import Foundation

/// The times of one workload in this process, reported in the form that the peers' scripts use as well.
struct Measurement {
    let workload: String
    let precision: String
    let milliseconds: [Double]
    /// The first run, which makes what the others find ready.
    let first: Double

    private struct Line: Encodable {
        let peer = "Atelier"
        let version = "development"
        let workload: String
        let mode = "default"
        let precision: String
        let threads: Int
        let runs: Int
        let median_ms: Double
        let min_ms: Double
        let max_ms: Double
        let first_ms: Double
        let peak_mb: Double
    }

    func report(json: Bool) {
        let sorted = milliseconds.sorted()
        let line = Line(
            workload: workload, precision: precision, threads: computeThreads, runs: sorted.count,
            median_ms: sorted[sorted.count / 2], min_ms: sorted[0], max_ms: sorted[sorted.count - 1],
            first_ms: first, peak_mb: Self.peakMemory)
        if json, let data = try? JSONEncoder().encode(line), let text = String(data: data, encoding: .utf8) {
            print(text)
        } else {
            print(
                String(
                    format: "%@ %@: median %.1f ms, min %.1f, max %.1f, first %.1f; %d threads; peak memory %.0f MB",
                    workload, precision, line.median_ms, line.min_ms, line.max_ms, first, line.threads, line.peak_mb))
        }
    }

    /// The largest resident set of the process so far, in MB. The kernel's `VmHWM` starts afresh with each program,
    /// which `getrusage` does not promise.
    private static var peakMemory: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 } ?? 0
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
