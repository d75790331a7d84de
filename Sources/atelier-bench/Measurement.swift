import CPUBackend
import Foundation

/// The times of one workload in this process, reported in the form that the peers' scripts use as well.
struct Measurement {
    let workload: String
    let precision: String
    let milliseconds: [Double]
    /// The first run, which prepares everything for the others.
    let first: Double

    private struct Line: Encodable {
        let peer = "Atelier"
        let version = "development"
        let workload: String
        let mode = "default"
        let precision: String
        let threads: Int
        let runs: Int
        let medianMs: Double
        let minMs: Double
        let maxMs: Double
        let firstMs: Double
        let peakMb: Double
    }

    func report(json: Bool) {
        let sorted = milliseconds.sorted()
        let line = Line(
            workload: workload, precision: precision, threads: computeThreads, runs: sorted.count,
            medianMs: sorted[sorted.count / 2], minMs: sorted[0], maxMs: sorted[sorted.count - 1],
            firstMs: first, peakMb: Self.peakMemory)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        if json, let data = try? encoder.encode(line), let text = String(data: data, encoding: .utf8) {
            print(text)
        } else {
            print(
                String(
                    format: "%@ %@: median %.1f ms, min %.1f, max %.1f, first %.1f; %d threads; peak memory %.0f MB",
                    workload, precision, line.medianMs, line.minMs, line.maxMs, first, line.threads, line.peakMb))
        }
    }

    /// The largest resident set of the process so far, in MB. The kernel resets `VmHWM` for each program; `getrusage`
    /// does not guarantee that.
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
