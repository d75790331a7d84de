import Features
import Layers
import Models
import TensorCore
import TestSupport
import Testing
import Training

@testable import FastGAN

/// The networks against PyTorch, with drawn weights.
@Suite struct FastGANNetworkTests {
    @Test func generatorsAgreeWithPyTorch() throws {
        let answers = try KnownAnswer.cases(of: "fastgan").filter { $0.operation == "generator" }
        #expect(answers.count == 4)
        for answer in answers {
            let labels = try answer.integers("labels")
            let generator = FastGANGenerator(
                latentSize: 6, classes: try answer.integer("classes"), size: 128,
                channels: try answer.integer("channels"), width: 1, random: Random(seed: 0))
            let difference = try answer.difference(from: generator) { latents, mode in
                generator(latents, labels: labels, mode).averagePooled(window: 8)
            }
            #expect(difference == nil)
        }
    }

    @Test func discriminatorsAndGradientsThroughTheFeaturesAgreeWithPyTorch() throws {
        let network = EfficientNet(random: Random(seed: 0))
        try network.load(
            Dictionary(uniqueKeysWithValues: network.state().map { ($0, DrawnWeights.tensor($0, $1.shape)) }))
        let answers = try KnownAnswer.cases(of: "fastgan").filter { $0.operation == "discriminators" }
        #expect(answers.count == 2)
        for answer in answers {
            let labels = try answer.integers("labels")
            let discriminators = ProjectedDiscriminators(
                in: network, image: ImageShape(size: 64, channels: 3), classes: try answer.integer("classes"), width: 4,
                spectralNorm: true, random: Random(seed: 0))
            let difference = try answer.difference(from: discriminators) { images, mode in
                let output = discriminators.output(of: images.upsampledNearest(by: 4), labels: labels, mode)
                return .concatenated(output.logits.map { $0.flattened() }, axis: 1)
            }
            #expect(difference == nil)
        }
    }

    @Test(arguments: [64, 128, 256, 512])
    func everySizeMakesItsImages(size: Int) {
        for channels in [1, 3] {
            let generator = FastGANGenerator(
                latentSize: 5, classes: 0, size: size, channels: channels, width: 1, random: Random(seed: 1))
            let images = generator(Random(seed: 2).normal([2, 5]), labels: [], .training(Random(seed: 3)))
            #expect(images.shape == [2, channels, size, size] && images.values.allSatisfy { abs($0) <= 1 })
        }
    }

    @Test func widthsFollowTheImageSize() {
        #expect(FastGANGenerator.widths(size: 128, width: 64) == [1024, 512, 256, 128, 128, 64])
        #expect(FastGANGenerator.widths(size: 512, width: 64).suffix(2) == [32, 16])
        #expect(FastGANGenerator.widths(size: 64, width: 64).count == 5)
    }

    @Test func neitherTheNetworkNorTheProjectionsAreTrained() {
        let network = EfficientNet(random: Random(seed: 0))
        let discriminators = ProjectedDiscriminators(
            in: network, image: ImageShape(size: 64, channels: 1), classes: 0, width: 4, spectralNorm: true,
            random: Random(seed: 1))
        #expect(discriminators.parameters.allSatisfy { $0.name.hasPrefix("heads.") })
        let saved = discriminators.stateTensors.filter { $0.name.hasPrefix("projection.") }
        #expect(saved.count == 8)
        let images = Random(seed: 2).normal([2, 1, 64, 64])
        let output = discriminators.output(of: images, labels: [], .training(Random(seed: 3)))
        #expect(output.logits.map(\.shape) == Array(repeating: [2, 1, 4, 4], count: 4))
        #expect(discriminators(images, labels: [], .inference).shape == [2])
    }

    /// A plan computes the features of images without history.
    @Test func imagesWithAndWithoutHistoryHaveTheSameLogits() {
        let network = EfficientNet(random: Random(seed: 0))
        let discriminators = ProjectedDiscriminators(
            in: network, image: ImageShape(size: 64, channels: 3), classes: 0, width: 4, spectralNorm: true,
            random: Random(seed: 1))
        let images = Random(seed: 2).uniform([3, 3, 64, 64], in: -1..<1)
        let planned = discriminators.output(of: images, labels: [], .inference).logits
        let plain = discriminators.output(of: images.requiringGradient(), labels: [], .inference).logits
        for (a, b) in zip(planned, plain) {
            let range = b.values.reduce(1e-6) { max($0, abs($1)) }
            #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-4 * range })
        }
    }

    /// What the labels do not change is computed once.
    @Test func severalLabelingsHaveTheLogitsOfEach() {
        let network = EfficientNet(random: Random(seed: 0))
        let discriminators = ProjectedDiscriminators(
            in: network, image: ImageShape(size: 64, channels: 3), classes: 3, width: 4, spectralNorm: true,
            random: Random(seed: 1))
        let images = Random(seed: 2).uniform([3, 3, 64, 64], in: -1..<1)
        let labelings = [[0, 1, 2], [1, 0, 0]]
        let together = discriminators.outputs(of: images, labelings: labelings, .inference)
        #expect(together.count == 2)
        for (labels, output) in zip(labelings, together) {
            let alone = discriminators.output(of: images, labels: labels, .inference)
            #expect(output.logits.map(\.values) == alone.logits.map(\.values))
        }
        #expect(together[0].logits.map(\.values) != together[1].logits.map(\.values))
    }

    @Test(arguments: [0, 2])
    func planAndLayersAgree(classes: Int) {
        let generator = FastGANGenerator(
            latentSize: 8, classes: classes, size: 64, channels: 3, width: 4, random: Random(seed: 4))
        unsettle(generator)
        let check = PlanCheck([3, 8]) {
            generator($0, classes: classes > 0 ? Tensor([0, 1, 1], shape: [3]) : nil, .inference)
        }
        #expect(check.error < 1e-5)
    }

    @Test func imagesDependOnTheirSeedOnly() {
        var configuration = FastGANConfiguration(image: ImageShape(size: 64, channels: 3), classNames: [])
        configuration.generatorWidth = 4
        let generator = Generator(configuration.makeGenerator(random: Random(seed: 6)), image: configuration.image)
        func images(_ seeds: [UInt64]) -> [[Float]] {
            let made = generator.images(latents: generator.latents(forSeeds: seeds), labels: nil)
            return seeds.indices.map { made.slice(axis: 0, from: $0, count: 1).values }
        }
        let together = images([0, 1, 2, 3, 4])
        #expect(Set(together).count == 5)
        #expect((0..<5).map { images([UInt64($0)])[0] } == together)
        #expect(images([3, 1]) == [together[3], together[1]])
    }
}
