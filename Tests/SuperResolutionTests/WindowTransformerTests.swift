import Layers
import Models
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// SwinIR, HAT, DRCT and SRFormer against what PyTorch's networks gave for the same weights, and their plans.
@Suite struct WindowTransformerTests {
    /// The network that a file with the tensors of a case is recognized as.
    private static func detected(_ answer: KnownAnswer, and others: [String: Shape] = [:]) throws -> DetectedNetwork {
        var tensors: [String: Tensor] = others.mapValues { .zeros($0) }
        for entry in try answer.text("state").split(separator: " ") {
            let parts = entry.split(separator: ":")
            tensors[String(parts[0])] = .zeros(Shape(parts[1].split(separator: "x").compactMap { Int($0) }))
        }
        return try [Architecture].upscalers.detect(tensors)
    }

    private static func network(_ answer: KnownAnswer) throws -> any UpscalingGenerator {
        try detected(answer).configuration.network(random: Random(seed: 1))
    }

    @Test(arguments: try KnownAnswer.cases(of: "windowTransformers"))
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let detected = try Self.detected(answer)
        #expect(detected.configuration.architecture.id == answer.operation)
        let network: any UpscalingGenerator = detected.configuration.network(random: Random(seed: 1))
        #expect(try answer.difference(from: network) { network($0, $1) } == nil)
        let input = try answer.loaded("input")
        let output = try answer.tensor("output").shape
        #expect(network.scale * input.shape[2] == output[2])
        #expect(input.shape[2] % network.multiple == 0 && input.shape[3] % network.multiple == 0)
    }

    @Test(arguments: try KnownAnswer.cases(of: "windowTransformers"))
    func plansAgree(_ answer: KnownAnswer) throws {
        let network = try Self.network(answer)
        try network.load(network.state().mapValues { .zeros($0.shape) })
        for (name, parameter) in network.parameters {
            parameter.assign(DrawnWeights.tensor(name, parameter.shape))
        }
        let channels = try answer.tensor("input").shape[1]
        let shape: Shape = [2, channels, 2 * network.multiple, 3 * network.multiple]
        let check = PlanCheck(shape) { network($0, .inference) }
        #expect(check.error < 1e-5)
        let attentions = network.parameters.filter { $0.name.hasSuffix("relative_position_bias_table") }.count
        #expect(check.count("attention") == attentions, "\(check.plan.listing)")
        #expect(check.count("permutation") == (answer.operation == "srformer" ? attentions : 0))
    }

    @Test func tablesAndMasksOfFilesAreLeftOut() throws {
        let answer = try #require(try KnownAnswer.cases(of: "windowTransformers").first)
        let block = "layers.0.residual_group.blocks.1."
        let others: [String: Shape] = [
            block + "attn.relative_position_index": [16, 16], block + "attn_mask": [16, 16, 16],
        ]
        let detected = try Self.detected(answer, and: others)
        #expect(detected.tensors[block + "attn_mask"] == nil && detected.configuration.architecture.id == "swinir")
    }

    @Test func publicSizesHaveTheirParameterCounts() {
        func count(_ architecture: Architecture, _ parameters: some NetworkParameters) -> Int {
            let network: any UpscalingGenerator = NetworkConfiguration(architecture, parameters)
                .network(random: Random(seed: 1))
            return network.parameterCount
        }
        #expect(count(.swinir, SwinIRParameters()) == 11_900_199)
        #expect(count(.hat, HATParameters()) == 20_772_507)
        #expect(count(.drct, DRCTParameters()) == 14_139_579)
        var light = SwinIRParameters()
        (light.depth, light.features, light.hidden) = (4, 60, 120)
        (light.scale, light.upsampler) = (2, .shuffleDirectly)
        #expect(count(.swinir, light) == 910_152)
        var permuted = SwinIRParameters()
        permuted.window = 24
        #expect(count(.srformer, permuted) == 10_543_503)
    }

    @Test func impossibleSizesAreRefused() {
        func fault(_ change: (inout SwinIRParameters) -> Void) -> String? {
            var sizes = SwinIRParameters()
            change(&sizes)
            do { try NetworkConfiguration(.swinir, sizes).check() } catch { return "\(error)" }
            return nil
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.heads = 7 }?.contains("heads is 7") == true)
        #expect(fault { $0.heads = 0 } != nil && fault { $0.window = 1 } != nil && fault { $0.window = 100 } != nil)
        #expect(fault { $0.scale = 5 }?.contains("scale is 5") == true)
        #expect(fault { $0.upsampler = .none }?.contains("scale is 4") == true)
        #expect(fault { ($0.upsampler, $0.scale, $0.unshuffle) = (.none, 1, 2) } != nil)
        #expect(fault { $0.outputChannels = 1 } != nil)
        #expect(fault { $0.range = 0 } != nil)
        var dense = DRCTParameters()
        dense.heads = 0
        #expect(throws: ParameterError.self) { try NetworkConfiguration(.drct, dense).check() }
        dense.heads = 7
        #expect(throws: ParameterError.self) { try NetworkConfiguration(.drct, dense).check() }
    }
}
