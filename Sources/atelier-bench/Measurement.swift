import Foundation
import TensorCore

/// The times of one workload in this process, reported in the form that the peers' scripts use as well.
struct Measurement {
    let workload: String
    let milliseconds: [Double]

    private struct Line: Encodable {
        let workload: String
        let peer = "atelier"
        let version = "development"
        let mode = "float32"
        let threads: Int
        let median_ms: Double
        let min_ms: Double
        let max_ms: Double
        let peak_rss_mb: Double
    }

    func report(json: Bool) {
        let sorted = milliseconds.sorted()
        let line = Line(
            workload: workload, threads: computeThreads, median_ms: sorted[sorted.count / 2], min_ms: sorted[0],
            max_ms: sorted[sorted.count - 1], peak_rss_mb: Self.peakMemory)
        if json, let data = try? JSONEncoder().encode(line), let text = String(data: data, encoding: .utf8) {
            print(text)
        } else {
            print(
                String(
                    format: "%@: median %.1f ms, min %.1f, max %.1f; %d threads; peak memory %.0f MB", workload,
                    line.median_ms, line.min_ms, line.max_ms, line.threads, line.peak_rss_mb))
        }
    }

    /// The largest resident set of the process so far, in MB.
    private static var peakMemory: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
