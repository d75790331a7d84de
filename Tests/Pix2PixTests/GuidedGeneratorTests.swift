import FastGAN
import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import ImageData
@testable import Pix2Pix

/// FastGAN's generator, guided by drawings.
@Suite struct GuidedGeneratorTests {
    private let planes = InputPlanes(channels: 1, hasHints: true, classCount: 3, hasNoise: true)

    private func network(size: Int = 64, width: Int = 2) -> GuidedGenerator {
        GuidedGenerator(planes: planes, outputs: 3, size: size, width: width, random: Random(seed: 1))
    }

    /// A drawing of noise with its planes.
    private func input(_ seed: UInt64, side: Int = 64, label: Int? = 1) -> Tensor {
        let drawing = Random(seed: seed).normal([1, 1, side, side])
        return planes.joined(drawing, hints: nil, labels: [label], noise: [Random(seed: seed + 100)])
    }

    @Test func agreesWithPyTorch() throws {
        let answers = try KnownAnswer.cases(of: "guided")
        #expect(answers.count == 2)
        for answer in answers {
            let network = GuidedGenerator(planes: planes, outputs: 3, size: 64, width: 1, random: Random(seed: 0))
            let difference = try answer.difference(from: network) { small, mode in
                let told = small.slice(axis: 1, from: 0, count: 5).upsampledNearest(by: 8)
                let classes = Tensor([0, 1, 0, 0, 0, 0], shape: [2, 3, 1, 1]).broadcast(to: [2, 3, 64, 64])
                let noise = small.slice(axis: 1, from: 5, count: 1).upsampledNearest(by: 8)
                return network(.concatenated([told, classes, noise], axis: 1), mode).averagePooled(window: 8)
            }
            #expect(difference == nil)
        }
    }

    /// Until it has learned, the drawing changes nothing.
    @Test func startsWithTheGeneratorThatItGuides() throws {
        let generator = FastGANGenerator(
            latentSize: 128, classes: 3, size: 64, channels: 3, width: 2, random: Random(seed: 7))
        unsettle(generator)
        let guided = network()
        try guided.load(GuidedGenerator.weights(guided.state(), guiding: generator.state()))
        let x = input(3)
        let latents = x.slice(axis: 1, from: 8, count: 1).slice(axis: 2, from: 0, count: 2).reshaped(to: [1, 128])
        let still = FastGANGenerator.guideWidths(size: 64, width: 2).enumerated().map { level, channels in
            Tensor.zeros([1, channels, 4 << level, 4 << level])
        }
        let even = FastGANGenerator(
            latentSize: 128, classes: 3, size: 64, channels: 3, width: 2, isGuided: true, random: Random(seed: 8))
        try even.load(FastGANGenerator.guided(generator.state()))
        let own = even(latents, classes: Tensor([1], shape: [1]), guides: still, .inference)
        #expect((guided(x, .inference) - own).absolute().max(axes: [0, 1, 2, 3]).item < 1e-5)
    }

    @Test func drawingsClassesAndNoiseAllMatter() throws {
        let network = network()
        try network.load(
            Dictionary(uniqueKeysWithValues: network.state().map { ($0, DrawnWeights.tensor($0, $1.shape)) }))
        let x = input(3)
        let (told, noise) = (x.slice(axis: 1, from: 0, count: 8), x.slice(axis: 1, from: 8, count: 1))
        let others = [
            input(3, label: 2), input(3, label: nil),
            .concatenated([told, Random(seed: 5).normal([1, 1, 64, 64])], axis: 1),
            .concatenated([input(4).slice(axis: 1, from: 0, count: 8), noise], axis: 1),
        ]
        let made = network(x, .inference)
        for (number, other) in others.enumerated() {
            let change = (network(other, .inference) - made).absolute().max(axes: [0, 1, 2, 3]).item
            #expect(change > 1e-3, "\(number): \(change)")
        }
    }

    @Test(arguments: [(40, 100), (128, 64), (1, 1)]) func imagesOfAnySizeComeBackInTheirSize(height: Int, width: Int) {
        let drawing = Random(seed: 1).normal([1, 1, height, width])
        let x = planes.joined(drawing, hints: nil, labels: [nil], noise: [Random(seed: 2)])
        let made = network()(x, .inference)
        #expect(made.shape == [1, 3, height, width] && made.values.allSatisfy(\.isFinite))
    }

    @Test func planAndLayersAgree() {
        let network = network(width: 4)
        unsettle(network)
        let check = PlanCheck([2, planes.count, 64, 64]) { network($0, .inference) }
        #expect(check.error < 1e-5)
    }

    @Test func discriminatorsDoNotSeeTheNoise() throws {
        var configuration = Pix2PixConfiguration()
        configuration.generator = try #require(TranslatorArchitecture(named: "guided_64"))
        (configuration.generator.width, configuration.generator.inputChannels) = (1, 1)
        configuration.frame = PairFrame(loadSize: 64, cropSize: 64, inputChannels: 1)
        (configuration.discriminator.patch, configuration.discriminator.width) = (16, 2)
        try configuration.check()
        let planes = configuration.generator.planes
        #expect(planes.count == 2 && planes.withoutNoise == 1)
        let task = Pix2PixTask(
            configuration,
            batch: { step in
                let drawing = Random(seed: UInt64(step)).normal([2, 1, 64, 64])
                return PairBatch(
                    inputs: planes.joined(
                        drawing, hints: nil, labels: [nil, nil], noise: [Random(seed: 1), Random(seed: 2)]),
                    targets: drawing.broadcast(to: [2, 3, 64, 64]), indices: [0, 1], drawingChannels: 1)
            }, name: "noisy")
        // Four planes: one of the drawing, three of the image.
        #expect(task.learner.players.discriminator.parameters[0].parameter.value.shape[1] == 4)
        let report = try task.step(1, measuring: true)
        #expect(report.losses.allSatisfy { $0.value.isFinite })
    }

    @Test func impossibleNetworksAreRefused() {
        let changes: [(inout Pix2PixConfiguration) -> Void] = [
            { $0.generator.noise = nil }, { $0.generator.normalization = .instance }, { $0.frame.cropSize = 128 },
        ]
        for change in changes {
            var configuration = Pix2PixConfiguration()
            configuration.generator = TranslatorArchitecture(named: "guided_256") ?? TranslatorArchitecture()
            #expect(throws: Never.self) { try configuration.check() }
            change(&configuration)
            #expect(throws: ParameterError.self) { try configuration.check() }
        }
    }
}
