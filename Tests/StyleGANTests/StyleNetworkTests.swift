import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import StyleGAN

/// The networks beside an independent implementation of the papers.
@Suite struct StyleNetworkTests {
    static let answers = Result { try KnownAnswer.cases(of: "styleNetworks") }

    /// The sizes of a case's network.
    static func sizes(_ answer: KnownAnswer) throws -> StyleGANParameters {
        var sizes = StyleGANParameters()
        let (start, levels) = (try answer.integers("start"), try answer.integer("levels"))
        (sizes.startHeight, sizes.startWidth) = (start[0], start[1])
        sizes.image = ImageShape(
            size: max(start[0], start[1]) << (levels - 1), channels: try answer.integer("channels"))
        sizes.image.contentHeight = start[0] << (levels - 1)
        sizes.image.contentWidth = start[1] << (levels - 1)
        (sizes.latentSize, sizes.styleSize, sizes.mappingLayers) = (6, 7, 2)
        sizes.classCount = try answer.integer("classes")
        (sizes.channelBase, sizes.channelMax) = (try answer.integer("base"), try answer.integer("limit"))
        sizes.form = try #require(StyleGANForm(rawValue: try answer.text("form")))
        sizes.clamp = try answer.number("clamp")
        return sizes
    }

    /// Gives a network the weights of the recipe; what differs in its tensors, in words.
    static func fill(_ network: some Module, _ answer: KnownAnswer) throws -> String? {
        let state = network.state()
        let listed = Set(state.map { "\($0):\($1.shape.dimensions.map(String.init).joined(separator: "x"))" })
        let expected = Set(try answer.text("state").split(separator: " ").map(String.init))
        if listed != expected { return "\(answer): \(listed.symmetricDifference(expected).sorted())" }
        try network.load(
            Dictionary(
                uniqueKeysWithValues: state.map { name, tensor in
                    let drawn = DrawnWeights.tensor(name, tensor.shape)
                    return (name, name.contains("mapping.fc") ? drawn.scaled(by: 100) : drawn)
                }))
        return nil
    }

    static func labels(_ answer: KnownAnswer) throws -> [Int] {
        try answer.integer("classes") > 0 ? answer.tensor("labels").scalars.map { Int($0) } : []
    }

    private static func cases(_ operation: String) throws -> [KnownAnswer] {
        try answers.get().filter { $0.operation == operation }
    }

    @Test func generatorsAreThoseOfThePaper() throws {
        for answer in try Self.cases("generator") {
            let generator = StyleGenerator(try Self.sizes(answer), random: Random(seed: 1))
            #expect(try Self.fill(generator, answer) == nil)
            let (latents, labels) = (try answer.loaded("input").requiringGradient(), try Self.labels(answer))
            let images = generator(latents, labels: labels, .inference)
            #expect(try answer.difference("output", from: images) == nil)
            let loss = (images * (try answer.loaded("cotangent"))).sum()
            let slope = try #require(gradients(of: loss, at: [latents])[0])
            #expect(try answer.difference("grad.input", from: slope) == nil)
        }
    }

    @Test func truncationMovesTheFirstStylesTowardTheAverage() throws {
        for answer in try Self.cases("generator") where answer.has("truncated") {
            let generator = StyleGenerator(try Self.sizes(answer), random: Random(seed: 1))
            #expect(try Self.fill(generator, answer) == nil)
            let classes = Tensor(try answer.tensor("labels").scalars, shape: [4])
            let styles = generator.mapping(try answer.loaded("input"), classes: classes, .inference)
            let moved = generator.mapping.truncated(
                styles, StyleTruncation(0.6, cutoff: 3), layers: generator.synthesis.styleCount)
            #expect(try answer.difference("truncated", from: generator.synthesis(moved, .none, .inference)) == nil)
        }
    }

    @Test func discriminatorsAreThoseOfThePaper() throws {
        for answer in try Self.cases("discriminator") {
            let discriminator = StyleDiscriminator(try Self.sizes(answer), random: Random(seed: 1))
            #expect(try Self.fill(discriminator, answer) == nil)
            let (images, labels) = (try answer.loaded("input").requiringGradient(), try Self.labels(answer))
            let random = Random(seed: 2)
            let logits = discriminator(images, labels: labels, .training(random))
            #expect(try answer.difference("output", from: logits) == nil)
            let loss = (logits * (try answer.loaded("cotangent"))).sum()
            let slope = try #require(gradients(of: loss, at: [images])[0])
            #expect(try answer.difference("grad.input", from: slope) == nil)
            // The penalty on the gradient, and its own gradient.
            let again = discriminator(images, labels: labels, .training(random))
            let penalty = r1Penalty(logits: again, images: images).scaled(by: 0.5)
            #expect(try answer.difference("penalty", from: penalty.reshaped(to: [1])) == nil)
            let weight = try #require(discriminator.parameters.first { $0.name == "b4.conv.weight" }).parameter.value
            let second = try #require(gradients(of: penalty, at: [weight])[0])
            #expect(try answer.difference("grad.weight", from: second) == nil)
        }
    }

    @Test(arguments: StyleGANForm.allCases) func aPlanGivesTheSameImages(form: StyleGANForm) throws {
        var sizes = StyleGANParameters()
        sizes.image = ImageShape(size: 16, channels: 3)
        (sizes.latentSize, sizes.styleSize, sizes.mappingLayers, sizes.channelBase) = (8, 8, 2, 64)
        sizes.form = form
        let generator = StyleGenerator(sizes, random: Random(seed: 3))
        for (name, parameter) in generator.parameters where name.hasSuffix("noise_strength") {
            parameter.assign(Tensor(0.3))
        }
        let check = PlanCheck([3, 8]) { generator($0, classes: nil, .inference) }
        #expect(check.error < 1e-5)
    }

    @Test func noiseIsFreshInTrainingAndConstantInInference() {
        var sizes = StyleGANParameters()
        sizes.image = ImageShape(size: 8, channels: 1)
        (sizes.latentSize, sizes.styleSize, sizes.channelBase) = (4, 4, 16)
        let generator = StyleGenerator(sizes, random: Random(seed: 3))
        for (name, parameter) in generator.parameters where name.hasSuffix("noise_strength") {
            parameter.assign(Tensor(1))
        }
        let latents = Random(seed: 4).normal([2, 4])
        func images(_ mode: ForwardMode) -> [Float] { generator(latents, classes: nil, mode).values }
        #expect(images(.inference) == images(.inference))
        let random = Random(seed: 5)
        #expect(images(.training(random)) != images(.training(random)))
    }

    @Test func impossibleSizesAreRefused() {
        func refused(_ change: (inout StyleGANParameters) -> Void) -> Bool {
            var sizes = StyleGANParameters()
            change(&sizes)
            return (try? sizes.check()) == nil
        }
        #expect(!refused { _ in })
        #expect(
            !refused {
                ($0.startHeight, $0.startWidth) = (8, 12)
                $0.image = ImageShape(size: 96, channels: 2, contentWidth: 96, contentHeight: 64)
            })
        #expect(refused { $0.image.size = 48 })
        #expect(refused { $0.startHeight = 6 })
        #expect(refused { $0.image.channels = 5 })
        #expect(refused { $0.mappingLayers = 0 })
    }
}
