import Layers
import TensorCore
import TestSupport
import Testing

@testable import Pix2Pix

/// Images that repeat stay so when they are translated.
@Suite struct SeamlessTranslationTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () -> any TranslationGenerator
    }

    static let kinds: [Kind] = [NormalizationKind.batch, .instance].flatMap { normalization in
        Upsampling.allCases.flatMap { upsampling in
            [
                Kind(testDescription: "unet, \(normalization), \(upsampling)") {
                    UNetGenerator(
                        inputs: 3, outputs: 2, levels: 3, width: 4, normalization: normalization, dropout: false,
                        upsampling: upsampling, random: Random(seed: 1))
                },
                Kind(testDescription: "resnet, \(normalization), \(upsampling)") {
                    ResNetGenerator(
                        inputs: 3, outputs: 2, blocks: 2, width: 4, normalization: normalization,
                        upsampling: upsampling, random: Random(seed: 1))
                },
            ]
        }
    }

    @Test(arguments: kinds, [Wrapping.x, .y, .xy]) func noGeneratorSeesABorder(_ kind: Kind, _ wrapping: Wrapping) {
        let network = kind.make()
        unsettle(network)
        for statistics in [Pix2PixConfiguration.Statistics.image, .running] {
            let translator = Translator(network, statistics: statistics, wrapping: wrapping)
            let error = torusError([1, 3, 32, 24], grid: network.multiple, wrapping) { translator($0) }
            #expect(error < 1e-5)
        }
    }

    /// The innermost level of a U-Net is one pixel, which is its own neighbor.
    @Test func theSmallestImageRepeats() {
        let network = Self.kinds[0].make()
        let translator = Translator(network, statistics: .running, wrapping: .xy)
        let x = Random(seed: 2).uniform([1, 3, 8, 8])
        let floor = Tensor.concatenated([x, x], axis: 3)
        let found = translator(floor)
        #expect(found.distance(from: found.rolled(down: 0, right: 8)) < 1e-5)
        #expect(found.slice(axis: 3, from: 0, count: 8).distance(from: translator(x)) < 1e-5)
    }

    @Test func noiseAndTilesKeepTheirBorders() {
        let network = Self.kinds[0].make()
        let translator = Translator(network, statistics: .running, wrapping: .xy)
        let x = Random(seed: 2).uniform([1, 3, 16, 16])
        #expect(
            translator(x, wrapping: .neither).distance(from: Translator(network, statistics: .running)(x)) < 1e-6)
        #expect(translator(x).distance(from: translator(x, wrapping: .x)) > 1e-3)
        // Dropout runs without a plan; here it drops nothing.
        #expect(translator.drawing(from: Random(seed: 1))(x).distance(from: translator(x)) < 1e-5)
    }

    @Test func discriminatorsCanJoinBordersToo() {
        let random = Random(seed: 3)
        let patches = MultiScaleDiscriminator(scales: 2, inputs: 3, halvings: 1, width: 4, random: random)
        let x = random.uniform([1, 3, 32, 32])
        let features = patches.features(x, .inference.wrapping(.xy))
        let moved = patches.features(x.rolled(down: 8, right: 4), .inference.wrapping(.xy))
        // The first activations of the second discriminator see the halved image.
        #expect(moved[1][0].distance(from: features[1][0].rolled(down: 2, right: 1)) < 1e-5)
    }
}
