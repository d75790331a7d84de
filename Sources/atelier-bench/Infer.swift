import ArgumentParser
import Foundation
import InferencePlan
import Layers
import TensorCore

/// Times inference of networks with a plan for the input shape.
struct Infer: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Time networks that make images.")

    @Option(help: "Which network: \(InferenceWorkload.names).") var workload = InferenceWorkload.srvgg
    @Option(help: "The side of the images; 0 for the workload's own.") var size = 0
    @Option(help: "Images at once; 0 for the workload's own number.") var batch = 0
    @Option(help: "Where to write the output as safetensors, for comparison.") var output: String?
    @Option(help: "A safetensors file with the network's weights, instead of random ones.")
    var weights: String?
    @Option(help: "Where to write weights and input as safetensors, for the peers; nothing is timed then.")
    var prepare: String?
    @Flag(help: "Print the time of every step of the plan, the shortest of five.") var profile = false
    @OptionGroup var engine: EngineOptions

    func run() throws { try engine.computing(measure) }

    private func measure() throws {
        let network = try workload.makeNetwork(weights: weights)
        let images = workload.makeInput(batch > 0 ? batch : workload.batch, size: size > 0 ? size : workload.size)
        if let prepare {
            try FileManager.default.createDirectory(atPath: prepare, withIntermediateDirectories: true)
            try Safetensors.write(network.state(), to: prepare + "/weights.safetensors")
            try Safetensors.write(["input": images], to: prepare + "/input.safetensors")
            return
        }
        let planned = workload.planned(network, engine.precision)
        if profile { return try printProfile(planned.plan(for: [images.shape]), images) }
        var result = images
        func next() -> Double {
            ContinuousClock().measure {
                result = planned(images)
                result.withValues { _ in }
            } / .milliseconds(1)
        }
        let first = next()
        _ = next()
        engine.report(workload.rawValue, times: engine.times(next), first: first)
        if let output { try Safetensors.write(["output": result], to: output) }
    }

    private func printProfile(_ plan: InferencePlan, _ images: Tensor) throws {
        var steps = try plan.profile([images])
        for _ in 0..<5 {
            for (index, again) in try plan.profile([images]).enumerated() {
                steps[index].seconds = min(steps[index].seconds, again.seconds)
            }
        }
        for step in steps { print(String(format: "%9.3f ms  %@", step.seconds * 1000, step.step)) }
        let total = steps.reduce(0) { $0 + $1.seconds } * 1000
        let megabytes = Double(plan.statistics.bufferBytes) / 1e6
        print(String(format: "%9.3f ms in all; %d steps, buffers of %.1f MB", total, steps.count, megabytes))
    }
}
