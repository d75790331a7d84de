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

    @Test(arguments: [(16, 24), (13, 17), (1, 1), (2, 50), (7, 8)]) func takesImagesOfAnyExtent(_ h: Int, _ w: Int) {
        let x = Random(seed: 2).normal([1, 1, h, w])
        let y = Translator(generator(), statistics: .image)(x)
        #expect(y.shape == [1, 1, h, w])
        #expect(y.values.allSatisfy { $0.isFinite && abs($0) <= 1 })
    }

    @Test func imagesThatFitAreTranslatedAsTheyAre() {
        let x = Random(seed: 2).normal([1, 1, 16, 16])
        let network = generator(.instance)
        let direct = network(x, .inference)
        #expect((Translator(network, statistics: .running)(x) - direct).norm < 1e-5 * direct.norm)
    }

    @Test(arguments: [Pix2PixConfiguration.Statistics.running, .image])
    func bfloat16RoundsAndNoMore(_ statistics: Pix2PixConfiguration.Statistics) {
        let (x, network) = (Random(seed: 2).normal([1, 1, 32, 32]), generator())
        let exact = Translator(network, statistics: statistics)(x)
        let rounded = Translator(network, statistics: statistics, precision: .bfloat16)(x)
        let noise = Random(seed: 5)
        let drawn = Translator(network, statistics: statistics, precision: .bfloat16).drawing(from: noise)(x)
        #expect(exact.values != rounded.values && exact.values != drawn.values)
        #expect((rounded - exact).norm < 3e-2 * exact.norm && (drawn - exact).norm < 3e-2 * exact.norm)
    }

    @Test func aImagesOwnStatisticsDoNotDependOnItsNeighbors() {
        let (a, b) = (Random(seed: 3).normal([1, 1, 16, 16]), Random(seed: 4).normal([1, 1, 16, 16]))
        let translator = Translator(generator(), statistics: .image)
        let together = translator(Tensor.concatenated([a, b])).slice(axis: 0, from: 0, count: 1)
        #expect((together - translator(a)).norm < 1e-5)
        let running = Translator(generator(), statistics: .running)(a)
        #expect((running - translator(a)).norm > 1e-3)
    }

    @Test func oneLearnsBatchNormsImageStatisticsFromTrainingOnSingleImages() {
        let x = Random(seed: 3).normal([1, 1, 16, 16])
        let (applied, trained) = (generator(), generator())
        let expected = trained(x, .training(Random(seed: 0)))
        #expect((Translator(applied, statistics: .image)(x) - expected).norm < 1e-5 * expected.norm)
    }

    /// What follows a normalization in a residual block is done in use as in training.
    @Test func residualNetworksTakeImageStatisticsToo() {
        func network() -> ResNetGenerator {
            ResNetGenerator(
                inputs: 1, outputs: 1, blocks: 2, width: 4, normalization: .batch, random: Random(seed: 1))
        }
        let x = Random(seed: 3).normal([1, 1, 16, 16])
        let expected = network()(x, .training(Random(seed: 0)))
        #expect((Translator(network(), statistics: .image)(x) - expected).norm < 1e-5 * expected.norm)
    }

    @Test(arguments: [NormalizationKind.batch, .instance]) func aPartAloneKeepsItsOwn(_ kind: NormalizationKind) {
        let x = Random(seed: 3).normal([1, 1, 16, 16])
        let translator = Translator(generator(kind), statistics: .image)
        let (alone, shared) = (translator(x), translator.sharingStatistics(of: [x])(x))
        #expect((alone - shared).norm < 1e-4 * alone.norm)
        let noise = Random(seed: 9)
        let drawn = translator.sharingStatistics(of: [x]).drawing(from: noise)(x)
        #expect((alone - drawn).norm < 1e-4 * alone.norm)
    }

    /// What several parts have in common is no part's own, and does not depend on their order.
    @Test func partsShareWhatTheyHaveInCommon() {
        let (a, b) = (
            Random(seed: 3).normal([1, 1, 16, 16]), Random(seed: 4).normal([1, 1, 16, 16]).scaled(by: 3) + 1
        )
        let translator = Translator(generator(.instance), statistics: .running)
        let alone = translator(a)
        let shared = translator.sharingStatistics(of: [a, b])(a)
        #expect((shared - alone).norm > 0.05 * alone.norm)
        #expect((translator.sharingStatistics(of: [b, a])(a) - shared).norm < 1e-5 * shared.norm)
        #expect((translator.sharingStatistics(of: [a, a, a])(a) - alone).norm < 1e-4 * alone.norm)
        let running = Translator(generator(.batch), statistics: .running)
        #expect((running.sharingStatistics(of: [a, b])(a) - running(a)).norm == 0)
    }

    @Test(arguments: ["unet_256", "unet_64", "resnet_9blocks", "resnet_3blocks"]) func namesAreReadAndGiven(
        _ name: String
    ) {
        #expect(TranslatorArchitecture(named: name)?.name == name)
    }

    @Test(arguments: ["unet_100", "unet", "resnet_0blocks", "resnet_xblocks", "vgg"]) func othersAreNot(_ name: String)
    {
        #expect(TranslatorArchitecture(named: name) == nil)
    }
}
