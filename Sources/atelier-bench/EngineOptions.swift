import ArgumentParser
import CPUBackend
import TensorCore

/// Options of all measurements.
struct EngineOptions: ParsableArguments {
    @Option(help: "Timed runs at most.") var runs = 20
    @Option(help: "Seconds after which no further run starts; there are always at least two runs.") var seconds = 10.0
    @Option(help: "Threads; 0 for the number of cores.") var threads = 0
    @Option(help: "How the kernels of convolutions are chosen: \(KernelSelection.names.joined(separator: ", ")).")
    var kernels = "auto"
    @Option(help: "Precision of convolutions and matrix products: f32 or bf16.") var precision = Precision.float32
    @Flag(help: "Print one line of JSON.") var json = false

    func validate() throws {
        guard KernelSelection(kernels) != nil else { throw ValidationError("There are no kernels named \(kernels).") }
    }

    /// Runs a measurement with the requested threads and kernels.
    func computing(_ measure: () throws -> Void) rethrows {
        if threads > 0 { setComputeThreads(threads) }
        try CPUBackend(kernels: KernelSelection(kernels) ?? .measured).run(measure)
    }

    /// Times runs until there are enough measurements, in milliseconds.
    func times(_ run: () throws -> Double) rethrows -> [Double] {
        var milliseconds: [Double] = []
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while milliseconds.count < 2 || milliseconds.count < runs && clock.now < end {
            milliseconds.append(try run())
        }
        return milliseconds
    }

    func report(_ workload: String, times: [Double], first: Double) {
        Measurement(workload: workload, precision: precision.rawValue, milliseconds: times, first: first)
            .report(json: json)
    }
}

extension Precision: ExpressibleByArgument {}
