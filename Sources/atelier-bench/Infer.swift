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
    @Option(help: "Where to write the output as safetensors, for comparison.") var output: String?
    @Option(help: "A safetensors file with the network's weights, in place of those drawn from a seed.")
    var weights: String?
    @Option(help: "Where to write weights and input as safetensors, for the peers; nothing is timed then.")
    var prepare: String?
    @Flag(help: "Print what every step of the plan takes, the shortest of five times.") var profile = false
    @OptionGroup var engine: EngineOptions

    func run() throws {
        engine.apply()
        let network = try workload.makeNetwork(weights: weights)
        let pictures = workload.makePictures(batch, size: size > 0 ? size : workload.size)
        if let prepare {
            try FileManager.default.createDirectory(atPath: prepare, withIntermediateDirectories: true)
            try Safetensors.write(network.state(), to: prepare + "/weights.safetensors")
            try Safetensors.write(["input": pictures], to: prepare + "/input.safetensors")
            return
        }
        let planned = PlannedNetwork(network, precision: engine.precision)
        if profile { return printProfile(planned.plan(for: [pictures.shape]), pictures) }
        var result = pictures
        func next() -> Double {
            ContinuousClock().measure {
                result = planned(pictures)
                result.withValues { _ in }
            } / .milliseconds(1)
        }
        let first = next()
        _ = next()
        engine.report(workload.rawValue, times: engine.times(next), first: first)
        if let output { try Safetensors.write(["output": result], to: output) }
    }

    private func printProfile(_ plan: InferencePlan, _ pictures: Tensor) {
        var steps = plan.profile([pictures])
        for _ in 0..<5 {
            for (index, again) in plan.profile([pictures]).enumerated() {
                steps[index].seconds = min(steps[index].seconds, again.seconds)
            }
        }
        for step in steps { print(String(format: "%9.3f ms  %@", step.seconds * 1000, step.step)) }
        let total = steps.reduce(0) { $0 + $1.seconds } * 1000
        let megabytes = Double(plan.statistics.bufferBytes) / 1e6
        print(String(format: "%9.3f ms in all; %d steps, buffers of %.1f MB", total, steps.count, megabytes))
    }
}
