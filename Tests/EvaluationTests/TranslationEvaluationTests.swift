import ImageFiles
import TensorCore
import Testing

@testable import Evaluation

/// The figures of translators.
@Suite struct TranslationEvaluationTests {
    private let networks = EvaluationNetworks.untrained

    private func gray(_ number: Int) -> Image {
        Image(width: 16, height: 16, channels: 1, samples8: (0..<256).map { UInt8(($0 * number) & 255) })
    }

    /// The class that the classifier sees in an image, and one that it does not see.
    private func classes(_ image: Image) -> (seen: String, other: String) {
        let seen = networks.observe(Tensor(image, channels: 1)).classes[0]
        return (networks.classNames[seen], networks.classNames[(seen + 1) % 3])
    }

    /// Forty images, more than a batch: of four, two are what they should be, one is not, and one has an unknown class.
    private func figures(named: Bool) throws -> TranslationEvaluation.Figures {
        var measurement = TranslationMeasurement("m", features: FeatureCollector(networks, channels: 1))
        for number in 0..<40 {
            let image = gray(number)
            let own = classes(image)
            let name = [own.seen, own.other, own.seen, "z"][number % 4]
            measurement.add(image, truth: image, className: named ? name : nil)
        }
        let figures = measurement.figures(targets: nil)
        return try #require(figures)
    }

    @Test func translationsAreRecognizedAsTheClassOfTheirTarget() throws {
        let figures = try figures(named: true)
        #expect(figures.recognized == 2.0 / 3)
        let text = TranslationEvaluation(
            model: figures, baselines: [], pairs: 40, split: "test", sketch: nil, features: nil, targetRecognized: 0.75
        ).text
        #expect(text.contains("recognized\n") && text.contains("66.7 %"))
        #expect(text.contains("recognized: as the class of the target; 75.0 % of the targets are."))
    }

    @Test func withoutClassesNothingIsRecognized() throws {
        let figures = try figures(named: false)
        #expect(figures.recognized == nil && figures.l1 == 0)
        let text = TranslationEvaluation(
            model: figures, baselines: [], pairs: 40, split: "test", sketch: nil, features: nil
        ).text
        #expect(!text.contains("recognized"))
    }
}
