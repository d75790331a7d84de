import Foundation
import ImageData
import ImageFiles
import Layers
import Models
import TensorCore
import TestSupport
import Testing

@testable import Pix2Pix

/// Translators that choose among the colors of a palette.
@Suite struct PaletteTests {
    private let hexes = ["ffffff", "ea5a47", "3fb8af", "101418"]
    private var palette: [PaletteColor] { hexes.compactMap { PaletteColor($0) } }

    private func image(_ colors: [(PaletteColor, count: Int)]) -> Image {
        let samples = colors.flatMap { color, count in (0..<count).flatMap { _ in color.levels } }
        return Image(width: samples.count / 3, height: 1, channels: 3, samples8: samples)
    }

    @Test func colorsAreTexts() {
        #expect(palette.map(\.text) == hexes)
        #expect(palette[1].levels == [0xEA, 0x5A, 0x47])
        for text in ["", "fff", "gggggg", "ffffff0", "+12345"] { #expect(PaletteColor(text) == nil, "\(text)") }
    }

    @Test func aFitFindsFlatColorsAndTheirShares() {
        var fit = PaletteFit()
        fit.learn(image([(palette[0], 600), (palette[1], 250), (palette[2], 100), (palette[3], 50)]))
        // Nearly white, as at smooth rims.
        fit.learn(image([(PaletteColor(red: 250, green: 244, blue: 243), 8)]))
        let found = fit.palette(4)
        #expect(found.map(\.color) == palette)
        for (entry, count) in zip(found, [608.0, 250, 100, 50]) { #expect(abs(entry.share - count / 1008) < 1e-9) }
        #expect(fit.palette(100).count == 5, "no more than there are")
        let known = fit.shares(of: [palette[0], palette[3]])
        #expect(abs(known.reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect(PaletteFit().palette(3).isEmpty)
    }

    @Test func imagesAreAnnealedMeans() {
        let scores: [Double] = [0.4, 1.1, -0.7, 0.2]
        let generator = PaletteGenerator(
            UNetGenerator(inputs: 1, outputs: 4, levels: 2, width: 2, random: Random(seed: 1)), palette: palette)
        let made = generator.image(of: Tensor(scores.map { Float($0) }, shape: [1, 1, 1, 4])).values
        let shares = scores.map { exp($0 / 0.12) }
        let sum = shares.reduce(0, +)
        for channel in 0..<3 {
            let mean = zip(palette, shares).reduce(0) { $0 + (Double($1.0.levels[channel]) / 127.5 - 1) * $1.1 / sum }
            #expect(abs(Double(made[channel]) - mean) < 1e-5)
        }
        let sure = generator.image(of: Tensor([0, 40, 0, 0], shape: [1, 1, 1, 4])).values
        for channel in 0..<3 { #expect(abs(sure[channel] - (Float(palette[1].levels[channel]) / 127.5 - 1)) < 1e-5) }
    }

    @Test(arguments: [TranslatorArchitecture.Network.unet, .resnet])
    func plansAreAsExactAsTheNetwork(_ network: TranslatorArchitecture.Network) {
        var architecture = TranslatorArchitecture()
        (architecture.network, architecture.depth, architecture.width) = (network, 2, 4)
        architecture.inputChannels = 1
        (architecture.classCount, architecture.colorHints, architecture.palette) = (3, true, hexes)
        let generator = architecture.makeGenerator(random: Random(seed: 4))
        unsettle(generator)
        let check = PlanCheck([2, 8, 16, 24]) { generator($0, .inference) }
        #expect(check.error < 1e-5)
        #expect(generator(.zeros([1, 8, 16, 16]), .inference).shape == [1, 3, 16, 16])
    }

    @Test func impossiblePalettesAreRefused() throws {
        for (colors, outputs) in [(["ffffff"], 3), (["ffffff", "red"], 3), (["ffffff", "000000"], 1)] {
            var architecture = TranslatorArchitecture()
            (architecture.palette, architecture.outputChannels) = (colors, outputs)
            #expect(throws: ParameterError.self) { try architecture.configuration.check() }
        }
    }

    // MARK: The loss

    @Test func rareColorsWeighMore() {
        let shares = [0.7, 0.2, 0.1, 0]
        let loss = ColorClassification(palette, shares: shares)
        let raw = shares.map { 1 / (0.5 * $0 + 0.5 / 4) }
        let mean = zip(raw, shares).reduce(0) { $0 + $1.0 * $1.1 }
        for (weight, expected) in zip(loss.weights, raw) { #expect(abs(Double(weight) - expected / mean) < 1e-6) }
    }

    @Test func targetsAreSpreadOverTheNearestColors() {
        let loss = ColorClassification(palette, shares: [0.25, 0.25, 0.25, 0.25])
        // The second color, and one between the first two.
        let (a, b) = (palette[0].levels, palette[1].levels)
        let pixels = [b, zip(a, b).map { UInt8((Int($0) + Int($1)) / 2) }]
        let image = Tensor(
            (0..<3).flatMap { channel in pixels.map { Float($0[channel]) / 127.5 - 1 } }, shape: [1, 3, 1, 2])
        let targets = loss.targets(image)
        #expect(targets.shape == [1, 1, 2, 4])
        for (pixel, levels) in pixels.enumerated() {
            let own = CIELab(red: levels[0], green: levels[1], blue: levels[2])
            let labs = palette.map { CIELab(red: $0.levels[0], green: $0.levels[1], blue: $0.levels[2]) }
            func distance(_ a: CIELab, _ b: CIELab) -> Double { Double(a.squaredDistance(to: b)).squareRoot() }
            let usual = labs.indices.map { i in
                labs.indices.filter { $0 != i }.map { distance(labs[i], labs[$0]) }.min()!
            }
            let deviation = usual.reduce(0, +) / 4 / 2
            let parts = labs.map { exp(-pow(distance(own, $0), 2) / (2 * deviation * deviation)) }
            for color in 0..<4 {
                let expected = parts[color] / parts.reduce(0, +)
                #expect(abs(Double(targets.values[pixel * 4 + color]) - expected) < 1e-4)
            }
        }
    }

    @Test func theLossIsAWeightedCrossEntropyWithItsGradient() throws {
        let loss = ColorClassification(palette, shares: [0.6, 0.2, 0.1, 0.1])
        let image = Random(seed: 3).uniform([2, 3, 2, 2], in: -1..<1)
        let scores = Random(seed: 4).normal([2, 2, 2, 4])
        let targets = loss.targets(image).values.map(Double.init)
        var expected = 0.0
        for row in 0..<8 {
            let own = scores.values[row * 4..<row * 4 + 4].map(Double.init)
            let total = log(own.map { exp($0) }.reduce(0, +))
            for color in 0..<4 { expected -= targets[row * 4 + color] * (own[color] - total) / 8 }
        }
        #expect(abs(Double(loss.loss(scores, image).item) - expected) < 1e-5)
        #expect(FiniteDifferences.firstOrderError(of: { loss.loss($0[0], image) }, at: [scores]) < 2e-3)
    }
}
