import CKernels
import TensorCore

/// Runs one convolution with every method that supports it, on the call's own arrays and with all the copies that a
/// method needs, and returns the fastest one.
struct ConvolutionTiming {
    /// The work below which the table is used, because a measurement would take longer than it could save.
    private static let leastOperations = 1_000_000.0
    /// Seconds after which no method is run again.
    private static let patience = 0.15
    private static let rounds = 4
    /// The factor by which a method must be faster than the table's choice.
    private static let margin = 0.96

    private var call: ConvolutionCall
    private let result: CPUStorage
    private let sweeper: CPUStorage?
    /// A substitute for missing values, which do not affect the time.
    private var weight: CPUStorage?

    /// Nil if there is too little work, or only one method.
    static func fastest(_ call: ConvolutionCall) -> ConvolutionMethod? {
        let g = call.geometry
        let positions = Double(g.batch * g.outputHeight * g.outputWidth)
        guard 2 * positions * Double(g.weightCount) >= leastOperations else { return nil }
        var candidates = ConvolutionMethod.allCases.filter { $0.takes(call) }
        // In oneDNN's weight gradients, threads wait for each other without yielding. On an idle machine this is hardly
        // slower, but with other work on a processor it is ten times as slow.
        if call.pass == .weightGradient, candidates.contains(where: { !$0.isOneDNN }) {
            candidates.removeAll(where: \.isOneDNN)
        }
        guard candidates.count > 1 else { return nil }
        // Without memory for a measurement, the table decides.
        return try? ConvolutionTiming(call).fastest(of: candidates, favorite: ConvolutionMethod.byRule(call))
    }

    /// Results go to scratch memory, because the call may add to the contents of its own memory.
    private init(_ call: ConvolutionCall) throws {
        let g = call.geometry
        let own: UnsafeMutablePointer<Float>?
        self.call = call
        switch call.pass {
        case .forward:
            own = call.output
            result = try CPUStorage(count: g.batch * g.outputHeight * g.outputWidth * call.outputPixel)
            self.call.output = try result.pointer
        case .inputGradient:
            own = call.input
            result = try CPUStorage(count: g.batch * g.inputHeight * g.inputWidth * call.inputPixel)
            self.call.input = try result.pointer
        case .weightGradient:
            own = call.weight
            result = try CPUStorage(count: g.weightCount)
            self.call.weight = try result.pointer
        }
        try ck_fill(result.pointer, Int64(result.count), 0)
        if self.call.weight == nil {
            let zeros = try CPUStorage(count: g.weightCount)
            try ck_fill(zeros.pointer, Int64(zeros.count), 0)
            self.call.weight = try zeros.pointer
            weight = zeros
        }
        for i in call.epilogue.added.indices where call.epilogue.added[i].values == own.map({ UnsafePointer($0) }) {
            self.call.epilogue.added[i].values = UnsafePointer(try result.pointer)
        }
        self.call.weightKey = call.reusesWeight ? WeightKey(identity: result.identity, version: 0) : nil
        // In practice, large weights come from memory each time, so the caches are flushed between runs.
        sweeper = g.weightCount >= 1 << 18 ? try CPUStorage(count: 1 << 24) : nil
    }

    private func fastest(
        of candidates: [ConvolutionMethod], favorite: ConvolutionMethod?
    ) throws -> ConvolutionMethod? {
        let clock = ContinuousClock()
        let start = clock.now
        var best: [ConvolutionMethod: Double] = [:]
        // Packed weights stay from their second use on.
        var remaining = candidates.filter { $0.run(call) && (!call.reusesWeight || $0.run(call)) }
        for round in 0..<Self.rounds {
            for method in remaining {
                if let sweeper { try ck_fill(sweeper.pointer, Int64(sweeper.count), 0) }
                var succeeded = false
                let seconds = clock.measure { succeeded = method.run(call) } / .seconds(1)
                if succeeded { best[method] = min(best[method] ?? .infinity, seconds) }
            }
            guard let leader = best.values.min(), (clock.now - start) / .seconds(1) < Self.patience else { break }
            remaining.removeAll { best[$0, default: .infinity] > (round == 0 ? 2 : 1.3) * leader }
        }
        ConvolutionKernel.forget(result.identity)
        ck_scratch_trim()
        guard let fastest = candidates.min(by: { best[$0, default: .infinity] < best[$1, default: .infinity] }),
            let time = best[fastest]
        else { return nil }
        if let favorite, let usual = best[favorite], time > Self.margin * usual { return favorite }
        return fastest
    }
}
