import ArgumentParser
import TensorCore

/// Times whole training steps, as in a user's training.
struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training steps: one discriminator and one generator update with Adam.")

    @Option(help: "Which step: dcgan64, cgan32, projection32, pix2pix or srgan.") var workload = StepWorkload.dcgan64
    @Option(help: "Steps before the timing starts.") var warmup = 3
    @OptionGroup var engine: EngineOptions

    func run() throws { try engine.computing(measure) }

    private func measure() throws {
        let step = workload.makeStep(engine.precision)
        var number = 0
        func next() throws -> Double {
            number += 1
            return try ContinuousClock().measure { try step(number) } / .milliseconds(1)
        }
        let before = try (0..<max(warmup, 1)).map { _ in try next() }
        engine.report(workload.rawValue, times: try engine.times(next), first: before[0])
    }
}
