import ArgumentParser
import TensorCore

/// Times whole training steps, as in a user's training.
struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training steps: one discriminator and one generator update with Adam.")

    @Option(help: "Which step: \(StepWorkload.names).") var workload = StepWorkload.dcgan64
    @Option(help: "Steps of each kind before the timing starts.") var warmup = 3
    @Option(help: "Time only steps with this number: 4 and 16 have the penalties of stylegan2. 0 for the average step.")
    var only = 0
    @OptionGroup var engine: EngineOptions

    func run() throws { try engine.computing(measure) }

    private func measure() throws {
        let step = workload.makeStep(engine.precision)
        let kinds = only > 0 ? [(step: only, share: 1.0)] : workload.kinds
        func next() throws -> Double {
            try kinds.reduce(0) { sum, kind in
                sum + kind.share * (try ContinuousClock().measure { try step(kind.step) } / .milliseconds(1))
            }
        }
        // Long steps need no third run to be warm.
        var before: [Double] = []
        while before.count < max(warmup, 1) {
            before.append(try next())
            if before.count > 1, before.reduce(0, +) > 4000 * engine.seconds { break }
        }
        engine.report(workload.rawValue, times: try engine.times(next), first: before[0])
    }
}
