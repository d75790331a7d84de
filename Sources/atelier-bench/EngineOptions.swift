import ArgumentParser
import CPUBackend
import TensorCore

/// What every measurement can be told.
struct EngineOptions: ParsableArguments {
    @Option(help: "Timed runs at most.") var runs = 20
    @Option(help: "Seconds after which no further run is started; three are made in any case.") var seconds = 10.0
    @Option(help: "Threads; 0 for as many as there are cores.") var threads = 0
    @Option(help: "Which kernels convolve: \(KernelSelection.names.joined(separator: ", ")).")
    var kernels = "auto"
    @Option(help: "Arithmetic of convolutions and matrix products: f32 or bf16.") var precision = Precision.float32
    @Flag(help: "Print one line of JSON.") var json = false

    func validate() throws {
        guard KernelSelection(kernels) != nil else { throw ValidationError("There are no kernels named \(kernels).") }
    }

    /// Runs a measurement with the threads and kernels asked for.
    func computing(_ measure: () throws -> Void) rethrows {
        if threads > 0 { setComputeThreads(threads) }
        try CPUBackend(kernels: KernelSelection(kernels) ?? .measured).run(measure)
    }

    /// The milliseconds of run after run, until there are enough.
    func times(_ run: () throws -> Double) rethrows -> [Double] {
        var milliseconds: [Double] = []
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while milliseconds.count < 3 || milliseconds.count < runs && clock.now < end {
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
