import ImageData
import InferencePlan
import Layers
import Models
import TensorCore
import TestSupport
import Testing
import Training

@testable import StyleGAN

/// Generators of images that repeat.
@Suite struct SeamlessStyleTests {
    private static func sizes(_ form: StyleGANForm, wide: Bool) -> StyleGANParameters {
        var sizes = StyleGANParameters()
        (sizes.startHeight, sizes.startWidth) = (4, wide ? 8 : 4)
        sizes.image = ImageShape(size: wide ? 32 : 16, channels: 3)
        sizes.image.contentHeight = 16
        (sizes.latentSize, sizes.styleSize, sizes.mappingLayers) = (6, 7, 2)
        (sizes.channelBase, sizes.channelMax, sizes.form) = (64, 9, form)
        return sizes
    }

    /// A generator with noise and biases.
    private static func generator(_ form: StyleGANForm, wide: Bool) -> StyleGenerator {
        let generator = StyleGenerator(sizes(form, wide: wide), random: Random(seed: 1))
        let random = Random(seed: 2)
        for (name, parameter) in generator.synthesis.parameters
        where name.hasSuffix("noise_strength") || name.hasSuffix("bias") {
            parameter.assign(parameter.value + random.normal(parameter.shape, deviation: 0.3))
        }
        return generator
    }

    /// Moves what belongs to places: the first features, and the noise of each size.
    private static func roll(_ generator: StyleGenerator, down: Int, right: Int, height: Int) {
        func rolled(_ value: Tensor, rows: Int) -> Tensor {
            let (height, width) = (value.shape[value.shape.rank - 2], value.shape[value.shape.rank - 1])
            let images = value.reshaped(to: [1, value.count / (height * width), height, width])
            let scale = height / rows
            return images.rolled(down: down * scale, right: right * scale).reshaped(to: value.shape)
        }
        for (name, parameter) in generator.synthesis.parameters where name.hasSuffix("const") {
            parameter.assign(rolled(parameter.value, rows: height))
        }
        for (_, state) in generator.synthesis.stateTensors { state.assign(rolled(state.value, rows: height)) }
    }

    @Test(arguments: StyleGANForm.allCases, [false, true])
    func whereAnImageBeginsDoesNotMatter(_ form: StyleGANForm, _ wide: Bool) {
        for wrapping in [Wrapping.x, .y, .xy] {
            let (generator, latents) = (Self.generator(form, wide: wide), Random(seed: 3).normal([2, 6]))
            let mode = ForwardMode.inference.wrapping(wrapping)
            let images = generator(latents, labels: [], mode)
            #expect(generator(latents, labels: [], .inference).distance(from: images) > 1e-2)
            let down = wrapping.joinsRows ? 1 : 0
            let right = wrapping.joinsColumns ? 3 : 0
            Self.roll(generator, down: down, right: right, height: 4)
            let moved = generator(latents, labels: [], mode)
            #expect(moved.distance(from: images.rolled(down: 4 * down, right: 4 * right)) < 1e-5, "\(wrapping)")
            let planned = generator.planned()(latents, wrapping: wrapping)
            #expect(planned.distance(from: moved) < 1e-5)
        }
    }

    @Test(arguments: StyleGANForm.allCases) func noStepSeesABorder(_ form: StyleGANForm) {
        let generator = Self.generator(form, wide: false)
        func plan(_ wrapping: Wrapping) -> InferencePlan {
            InferencePlan([[2, 6]]) { generator($0[0], classes: nil, .inference.wrapping(wrapping)) }
        }
        for wrapping in [Wrapping.x, .y, .xy] { #expect(plan(wrapping).stepsWithBorders(wrapping).isEmpty) }
        #expect(!plan(.neither).stepsWithBorders(.x).isEmpty && !plan(.x).stepsWithBorders(.y).isEmpty)
    }

    /// The discriminator has borders, so it sees the generator's images from another place in every step.
    @Test func trainedGeneratorsRepeat() throws {
        var configuration = StyleGANConfiguration(image: ImageShape(size: 16, channels: 3), classNames: [])
        (configuration.latentSize, configuration.styleSize) = (6, 7)
        (configuration.generatorWidth, configuration.discriminatorWidth) = (4, 4)
        configuration.training.batchSize = 4
        configuration.training.r1Interval = 2
        configuration.training.seamless = .xy
        let batch = Batch(images: Random(seed: 4).uniform([4, 3, 16, 16], in: -1..<1), labels: [0, 0, 0, 0])
        let task = AdversarialTask(configuration, batch: { _ in batch }, name: "tiles")
        for number in 1...4 { _ = try task.step(number, measuring: false) }
        let images = try #require(try task.preview()).images
        #expect(images.values.allSatisfy { $0.isFinite })
        // Coarse pixels of a generator that has learned little show their edges, at the border as elsewhere.
        #expect(images.seam(axis: 2, period: 4) < 1.6 && images.seam(axis: 3, period: 4) < 1.6)
    }
}
