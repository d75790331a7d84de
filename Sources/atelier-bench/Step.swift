import ArgumentParser
import TensorCore

extension KernelChoice: ExpressibleByArgument {
    public static var allValueStrings: [String] { names }
}

/// Whole training steps of the adversarial pairs, as a user's training takes them.
struct Step: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time training steps: one discriminator and one generator update with Adam.")

    @Option(help: "Which step: dcgan64, cgan32, projection32, pix2pix or srgan.") var workload = StepWorkload.dcgan64
    @Option(help: "Timed steps.") var steps = 20
    @Option(help: "Steps before the timing starts.") var warmup = 3
    @Option(help: "Threads; 0 for as many as there are cores.") var threads = 0
    @Option(help: "What chooses the kernels of convolutions.") var kernels = KernelChoice.measured
    @Flag(help: "Print one line of JSON.") var json = false

    func run() throws {
        setKernelChoice(kernels)
        if threads > 0 { setComputeThreads(threads) }
        let step = workload.makeStep()
        var all: [Double] = []
        let clock = ContinuousClock()
        for number in 1...(warmup + max(steps, 1)) {
            all.append(try clock.measure { try step(number) } / .milliseconds(1))
        }
        Measurement(
            workload: workload.rawValue, precision: "f32", milliseconds: Array(all.dropFirst(warmup)), first: all[0]
        ).report(json: json)
    }
}
