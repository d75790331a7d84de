import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import SuperResolution

/// The community's convolutional networks against what spandrel's PyTorch networks gave for the same weights.
@Suite struct ConvolutionalUpscalerTests {
    private static let answers = Result { try KnownAnswer.cases(of: "convolutionalUpscalers") }

    /// The architecture and the parameters that a case's names and shapes are recognized as.
    private static func detected(_ answer: KnownAnswer) throws -> NetworkConfiguration {
        var tensors: [String: Tensor] = [:]
        for entry in try answer.text("state").split(separator: " ") {
            let parts = entry.split(separator: ":")
            tensors[String(parts[0])] = .zeros(Shape(parts[1].split(separator: "x").compactMap { Int($0) }))
        }
        return try [Architecture].upscalers.detect(tensors).configuration
    }

    @Test(arguments: try answers.get())
    func agreesWithPyTorch(_ answer: KnownAnswer) throws {
        let configuration = try Self.detected(answer)
        #expect(answer.name.hasPrefix(configuration.architecture.id + "."))
        let network: any UpscalingGenerator = configuration.network(random: Random(seed: 1))
        let scale = answer.name.split(separator: ".")[1]
        #expect("x\(network.scale)" == scale)
        let limits: (gradient: Float, share: Double)? =
            network is SPAN ? (2e-3, 1) : answer.name.hasPrefix("cugan.") ? (1e-3, 0.9) : nil
        let difference =
            try limits.map { try Self.relativeDifference(answer, network, gradient: $0.gradient, for: $0.share) }
            ?? answer.difference(from: network) { network($0, $1) }
        #expect(difference == nil)
        // Where nothing is recorded, norms in groups are computed in another way.
        let plain = network(try answer.loaded("input"), .inference)
        if !(network is SPAN) { #expect(try answer.difference("output", from: plain) == nil) }
    }

    /// SPAN's values grow to thousands, and gates of such values cancel in its gradient: PyTorch's own gradient in single
    /// precision is off by 2e-4 of the largest. Real-CUGAN's gradient depends on the signs of values near 0, so where a
    /// sign differs, part of it does.
    private static func relativeDifference(
        _ answer: KnownAnswer, _ network: any UpscalingGenerator, gradient limit: Float, for share: Double
    ) throws -> String? {
        try network.load(drawn(network))
        let input = try answer.loaded("input").requiringGradient()
        let output = network(input, .inference)
        let loss = (output * (try answer.loaded("cotangent"))).sum()
        let gradient = try #require(gradients(of: loss, at: [input])[0])
        for (name, found, limit, share) in [("output", output, 1e-5, 1), ("grad.input", gradient, limit, share)] {
            let expected = try answer.loaded(name)
            let largest = expected.values.map(abs).max() ?? 0
            let errors = zip(found.values, expected.values).map { abs($0 - $1) }.sorted()
            let error = errors[Int(share * Double(errors.count - 1))]
            if found.shape != expected.shape || error > limit * largest { return "\(name): \(error) of \(largest)" }
        }
        return nil
    }

    private static func drawn(_ network: any Module) -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: network.state().map { ($0, DrawnWeights.tensor($0, $1.shape)) })
    }

    @Test(arguments: try answers.get())
    func thePlanGivesWhatTheNetworkGives(_ answer: KnownAnswer) throws {
        let network: any UpscalingGenerator = try Self.detected(answer).network(random: Random(seed: 1))
        try network.load(Self.drawn(network))
        let check = PlanCheck(Shape(try answer.tensor("input").shape)) { network($0, .inference) }
        #expect(check.error < 1e-5)
    }

    /// Any size, also smaller than the margins that a network adds.
    @Test(arguments: try answers.get())
    func anUpscalerTakesAnySize(_ answer: KnownAnswer) throws {
        let configuration = try Self.detected(answer)
        let network: any UpscalingGenerator = configuration.network(random: Random(seed: 1))
        let channels = try answer.tensor("input").shape[1]
        for (height, width) in [(1, 1), (3, 7), (33, 9)] {
            let result = Upscaler(network)(Random(seed: 2).uniform([1, channels, height, width]))
            #expect(result.shape.dimensions.suffix(2) == [height * network.scale, width * network.scale])
            #expect(result.isFinite)
        }
    }

    /// Parameters of the gradient's path: everything that trains has a gradient.
    @Test(arguments: try answers.get())
    func everyParameterLearns(_ answer: KnownAnswer) throws {
        let network: any UpscalingGenerator = try Self.detected(answer).network(random: Random(seed: 1))
        try network.load(Self.drawn(network))
        let loss = network(try answer.loaded("input"), .training(Random(seed: 3))).squared().mean()
        let found = gradients(of: loss, at: network.parameters.map(\.parameter.value))
        for ((name, _), gradient) in zip(network.parameters, found) {
            #expect(gradient?.isFinite == true, "\(name)")
            // Of RCAN's few channels inside the attention, all may be 0.
            #expect(gradient?.values.contains { $0 != 0 } == true || name.contains("conv_du"), "\(name)")
        }
    }

    @Test func spanByRowsIsSpan() throws {
        for wraps in [false, true] {
            let network = SPAN(scale: 2, features: 8, random: Random(seed: 5))
            let x = Random(seed: 4).uniform([1, 3, 150, 20])
            let wrapping: Wrapping = wraps ? .xy : .neither
            let whole = network(x, .inference.wrapping(wrapping))
            let rows = Upscaler(network, wrapping: wrapping)(x)
            let largest = whole.values.map(abs).max() ?? 0
            #expect(rows.shape == whole.shape)
            #expect(zip(rows.values, whole.values).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
        }
    }

    @Test func publicSizesHaveTheirParameterCounts() {
        let random = Random(seed: 1)
        // What spandrel's networks have, but for the stored sums of SPAN's paths.
        #expect(SPAN(merged: true, random: random).parameterCount == 426_288)
        #expect(RealPLKSR(RealPLKSRParameters(), random: random).parameterCount == 7_389_680)
    }

    @Test func impossibleSizesAreRefused() {
        func refuses<Sizes: UpscalerParameters>(_ kind: Architecture, _ sizes: Sizes, _ change: (inout Sizes) -> Void) {
            var sizes = sizes
            change(&sizes)
            #expect(throws: ParameterError.self, "\(sizes)") { try NetworkConfiguration(kind, sizes).check() }
        }
        refuses(.span, SPANParameters()) { $0.inputChannels = 1 }
        refuses(.span, SPANParameters()) { $0.depth = 5 }
        refuses(.realplksr, RealPLKSRParameters()) { $0.kernel = 4 }
        refuses(.realplksr, RealPLKSRParameters()) { $0.partial = 65 }
        refuses(.realplksr, RealPLKSRParameters()) { $0.features = 66 }
        refuses(.mosr, MoSRParameters()) { $0.convolved = 97 }
        refuses(.mosr, MoSRParameters()) { ($0.features, $0.enlargement) = (62, .dysample) }
        refuses(.rcan, RCANParameters()) { $0.inputChannels = 1 }
        refuses(.rcan, RCANParameters()) { ($0.unshuffled, $0.scale) = (true, 4) }
        refuses(.cugan, CUNetParameters()) { $0.scale = 5 }
        refuses(.cugan, CUNetParameters()) { ($0.folded, $0.scale) = (true, 3) }
        refuses(.upconv7, UpConv7Parameters()) { $0.scale = 4 }
    }
}
