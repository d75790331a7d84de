import Layers
import Models
import TensorCore
import TestSupport
import Testing
import Training

@testable import VanillaGAN

/// A generator on a torus does the same everywhere: an image whose 4×4 start is rolled is rolled.
@Suite struct SeamlessGeneratorTests {
    private static func generator(_ size: Int) -> ConvolutionalGenerator {
        let made = ConvolutionalGenerator(latentSize: 6, size: size, channels: 3, width: 4, random: Random(seed: 2))
        unsettle(made)
        return made
    }

    @Test(arguments: [16, 64], [Wrapping.x, .y, .xy])
    func rollingTheStartRollsTheImage(_ size: Int, _ wrapping: Wrapping) throws {
        let (one, other) = (Self.generator(size), Self.generator(size))
        let (down, right) = (wrapping.joinsRows ? 1 : 0, wrapping.joinsColumns ? 3 : 0)
        var weights = one.state()
        // The first transposed convolution makes 4×4 pixels of one, each from a tap of its own.
        let start = try #require(weights["network.main.0.weight"])
        weights["network.main.0.weight"] = start.rolled(down: down, right: right)
        try other.load(weights)
        let latents = Random(seed: 4).normal([2, 6])
        let mode = ForwardMode.inference.wrapping(wrapping)
        let expected = one(latents, classes: nil, mode).rolled(down: down * size / 4, right: right * size / 4)
        #expect(other(latents, classes: nil, mode).distance(from: expected) < 1e-5)
        let planned = other.planned().images(latents, labels: [], wrapping: wrapping)
        #expect(planned.distance(from: expected) < 1e-5)
        #expect(other(latents, classes: nil, .inference).distance(from: expected) > 1e-3)
    }

    @Test func whatCannotRepeatIsRefused() {
        var perceptron = VanillaGANConfiguration(image: ImageShape(size: 16, channels: 1), network: .perceptron)
        perceptron.training.seamless = .x
        #expect(throws: ParameterError.self) { try perceptron.check() }
        // Images of 28×28 pixels within 32×32 end before the borders that meet.
        var framed = VanillaGANConfiguration(
            image: ImageShape(size: 32, channels: 1, contentWidth: 28, contentHeight: 32))
        try? framed.check()
        framed.training.seamless = .xy
        let error = #expect(throws: ParameterError.self) { try framed.check() }
        #expect(error?.description.contains("28×32") == true)
        framed.training.seamless = .y
        #expect(throws: Never.self) { try framed.check() }
    }
}
