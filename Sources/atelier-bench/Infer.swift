import ArgumentParser
import Foundation
import Layers
import TensorCore

/// Finished networks making pictures, each by a plan made for the shape of its input.
struct Infer: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Time networks that make pictures.")

    @Option(help: "Which network: unet256, srvgg or rrdb.") var workload = InferenceWorkload.srvgg
    @Option(help: "The side of the pictures; 0 for the workload's own.") var size = 0
    @Option(help: "Pictures at once.") var batch = 1
    @Option(help: "Timed runs at most.") var runs = 20
    @Option(help: "Seconds after which no further run is started; three are made in any case.") var seconds = 5.0
    @Option(help: "Threads; 0 for as many as there are cores.") var threads = 0
    @Option(help: "Where to write weights, input and output as safetensors, for comparison.") var save: String?
    @Flag(help: "Print one line of JSON.") var json = false

    func run() throws {
        if threads > 0 { setComputeThreads(threads) }
        let network = try workload.makeNetwork()
        let pictures = workload.makePictures(batch, size: size > 0 ? size : workload.size)
        let clock = ContinuousClock()
        let planned = PlannedNetwork(network)
        var output = pictures
        let first = clock.measure { output = planned(pictures) }
        if let save {
            try FileManager.default.createDirectory(atPath: save, withIntermediateDirectories: true)
            try Safetensors.write(network.state(), to: save + "/weights.safetensors")
            try Safetensors.write(["input": pictures], to: save + "/input.safetensors")
            try Safetensors.write(["output": output], to: save + "/output.safetensors")
            return
        }
        var milliseconds: [Double] = []
        let end = clock.now + .seconds(seconds)
        while milliseconds.count < 3 || milliseconds.count < runs && clock.now < end {
            let duration = clock.measure {
                output = planned(pictures)
                output.withValues { _ in }
            }
            milliseconds.append(duration / .milliseconds(1))
        }
        Measurement(
            workload: workload.rawValue, precision: "f32", milliseconds: milliseconds,
            first: first / .milliseconds(1)
        ).report(json: json)
    }
}
