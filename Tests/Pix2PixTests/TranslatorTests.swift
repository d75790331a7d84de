import Layers
import TensorCore
import Testing

@testable import Pix2Pix

@Suite struct TranslatorTests {
    private func generator(_ normalization: NormalizationKind = .batch) -> UNetGenerator {
        UNetGenerator(
            inputs: 1, outputs: 1, levels: 3, width: 8, normalization: normalization, dropout: false,
            random: Random(seed: 1))
    }

    @Test(arguments: [(16, 24), (13, 17), (1, 1), (2, 50), (7, 8)]) func takesPicturesOfAnyExtent(_ h: Int, _ w: Int) {
        let x = Random(seed: 2).normal([1, 1, h, w])
        let y = Translator(generator(), statistics: .picture)(x)
        #expect(y.shape == [1, 1, h, w])
        #expect(y.values.allSatisfy { $0.isFinite && abs($0) <= 1 })
    }

    @Test func picturesThatFitAreTranslatedAsTheyAre() {
        let x = Random(seed: 2).normal([1, 1, 16, 16])
        let network = generator(.instance)
        let direct = network(x, .inference)
        #expect((Translator(network, statistics: .running)(x) - direct).norm < 1e-5 * direct.norm)
    }

    @Test(arguments: [Pix2PixConfiguration.Statistics.running, .picture])
    func bfloat16RoundsAndNoMore(_ statistics: Pix2PixConfiguration.Statistics) {
        let (x, network) = (Random(seed: 2).normal([1, 1, 32, 32]), generator())
        let exact = Translator(network, statistics: statistics)(x)
        let rounded = Translator(network, statistics: statistics, precision: .bfloat16)(x)
        let noise = Random(seed: 5)
        let drawn = Translator(network, statistics: statistics, precision: .bfloat16).drawing(from: noise)(x)
        #expect(exact.values != rounded.values && exact.values != drawn.values)
        #expect((rounded - exact).norm < 3e-2 * exact.norm && (drawn - exact).norm < 3e-2 * exact.norm)
    }

    @Test func aPicturesOwnStatisticsDoNotDependOnItsNeighbours() {
        let (a, b) = (Random(seed: 3).normal([1, 1, 16, 16]), Random(seed: 4).normal([1, 1, 16, 16]))
        let translator = Translator(generator(), statistics: .picture)
        let together = translator(Tensor.concatenated([a, b])).slice(axis: 0, from: 0, count: 1)
        #expect((together - translator(a)).norm < 1e-5)
        let running = Translator(generator(), statistics: .running)(a)
        #expect((running - translator(a)).norm > 1e-3)
    }

    @Test func oneLearnsBatchNormsPictureStatisticsFromTrainingOnSinglePictures() {
        let x = Random(seed: 3).normal([1, 1, 16, 16])
        let (applied, trained) = (generator(), generator())
        let expected = trained(x, .training(Random(seed: 0)))
        #expect((Translator(applied, statistics: .picture)(x) - expected).norm < 1e-5 * expected.norm)
    }

    @Test(arguments: ["unet_256", "unet_64", "resnet_9blocks", "resnet_3blocks"]) func namesAreReadAndGiven(_ name: String) {
        #expect(TranslatorArchitecture(named: name)?.name == name)
    }

    @Test(arguments: ["unet_100", "unet", "resnet_0blocks", "resnet_xblocks", "vgg"]) func othersAreNot(_ name: String) {
        #expect(TranslatorArchitecture(named: name) == nil)
    }
}
