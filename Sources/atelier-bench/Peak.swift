import ArgumentParser
import TensorCore

/// The peak arithmetic rate of the processor, as measured with our matrix product.
struct Peak: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time a large matrix product: the peak rate with which other figures are compared.")

    @OptionGroup var engine: EngineOptions

    func run() throws { try engine.computing(measure) }

    private func measure() throws {
        let random = Random(seed: 1)
        let side = 1536
        let (a, b) = (random.normal([side, side]), random.normal([side, side]))
        func next() -> Double {
            ContinuousClock().measure { _ = a.matrixProduct(b, precision: engine.precision) } / .milliseconds(1)
        }
        let first = next()
        _ = next()
        // 2 · side³ operations: the driver divides by the fastest run.
        engine.report("product\(side)", times: engine.times(next), first: first)
    }
}
