import Evaluation
import Foundation
import Models
import TensorCore
import TestSupport
import Testing
import Training

/// The figures of an evaluation and how they are told.
@Suite struct GeneratorEvaluationTests {
    private let names = ["boot", "sandal"]

    private func observed(_ seed: UInt64, recognized: [Int], intended: [Int]) -> ObservedImages {
        ObservedImages(
            features: Random(seed: seed).normal([recognized.count, 2]), recognized: recognized, intended: intended)
    }

    @Test func sharesAreCountedByClass() throws {
        // Boots: 3 of 4 recognized; sandals: 1 of 2.
        let generated = observed(1, recognized: [0, 0, 0, 1, 1, 0], intended: [0, 0, 0, 0, 1, 1])
        let real = observed(2, recognized: [0, 1, 1, 1], intended: [0, 1, 1, 1])
        let figures = GeneratorEvaluation(
            generated: generated, real: real, otherReal: nil, classNames: names, features: "these")
        #expect(figures.generatedCount == 6 && figures.realCount == 4)
        #expect(figures.recognized == 4.0 / 6 && figures.realRecognized == 1)
        #expect(figures.classes.map(\.name) == names)
        #expect(figures.classes.map(\.recognized) == [0.75, 0.5])
        #expect(figures.classes.map(\.realRecognized) == [1, 1])
        #expect(figures.frechetFloor == nil)
    }

    @Test func aClassNobodyAskedForHasNoShare() {
        let generated = observed(1, recognized: [0, 0, 1, 0], intended: [0, 0, 0, 0])
        let real = observed(2, recognized: [0, 1, 1, 0], intended: [0, 1, 1, 0])
        let figures = GeneratorEvaluation(
            generated: generated, real: real, otherReal: nil, classNames: names, features: "these")
        #expect(figures.classes.map(\.recognized) == [0.75, nil])
        #expect(figures.text.contains("sandal      –"))
    }

    @Test func distancesComeFromTheFeatures() {
        let real = observed(2, recognized: [Int](repeating: 0, count: 40), intended: [])
        let moved = ObservedImages(features: real.features + 10, recognized: real.recognized, intended: [])
        let figures = GeneratorEvaluation(
            generated: moved, real: real, otherReal: real, classNames: names, features: "these")
        #expect(abs(figures.frechetDistance - 200) < 0.01)
        #expect(figures.frechetFloor.map { $0 < 1e-6 } == true)
        #expect(figures.precision == 0 && figures.recall == 0)
        let same = GeneratorEvaluation(generated: real, real: real, otherReal: nil, classNames: [], features: "these")
        #expect(same.precision == 1 && same.recall == 1)
    }

    @Test func someImagesOfEveryClassAreCompared() {
        // Real images come class by class, generated ones with the classes in turn.
        let (near, far) = (Random(seed: 3).normal([200, 2]), Random(seed: 4).normal([200, 2]) + 10)
        let turns = (0..<400).map { $0 % 2 * 200 + $0 / 2 }
        let real = ObservedImages(features: .concatenated([near, far]), recognized: [], intended: [])
        let generated = ObservedImages(
            features: real.features.gatheringRows(turns), recognized: [], intended: [])
        func figures(_ limit: Int) -> GeneratorEvaluation {
            GeneratorEvaluation(
                generated: generated, real: real, otherReal: real, classNames: [], features: "these",
                neighborhoodLimit: limit)
        }
        let (all, some) = (figures(400), figures(100))
        #expect(all.precision > 0.99 && all.recall > 0.99 && all.kernelFloor == figures(500).kernelFloor)
        #expect(some.precision > 0.7 && some.recall > 0.7 && some.kernelFloor != all.kernelFloor)
        #expect(some.coverage > 0.7 && some.frechetDistance == all.frechetDistance)
    }

    @Test func theTextNamesEveryFigure() {
        let generated = observed(1, recognized: [0, 1, 1, 1], intended: [0, 1, 0, 1])
        let real = observed(2, recognized: [0, 1, 0, 1], intended: [0, 1, 0, 1])
        let text = GeneratorEvaluation(
            generated: generated, real: real, otherReal: real, classNames: names, features: "these"
        ).text
        let lines = text.split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines[0] == "4 generated images against 4 real ones, in the features of these")
        #expect(lines[1].hasPrefix("Fréchet distance  ") && lines[1].hasSuffix("(real against real 0.000)"))
        #expect(lines[2].hasPrefix("kernel × 1000     ") && lines[2].contains(" ± "))
        #expect(lines[5].hasPrefix("density           ") && lines[6].hasPrefix("coverage          "))
        #expect(lines[7] == "recognized as the class asked for  75.0 %   (real images 100.0 %)")
        #expect(lines[8] == "  boot     50.0 %   (real 100.0 %)")
        #expect(lines[9] == "  sandal  100.0 %   (real 100.0 %)")
    }

    @Test func unconditionalGeneratorsHaveNoRecognition() throws {
        let generated = observed(1, recognized: [0, 1, 1, 1], intended: [])
        let real = observed(2, recognized: [0, 1, 0, 1], intended: [0, 1, 0, 1])
        let figures = GeneratorEvaluation(
            generated: generated, real: real, otherReal: nil, classNames: names, features: "these")
        #expect(figures.recognized == nil && figures.realRecognized == 1)
        #expect(figures.text.split(separator: "\n").count == 7)
        let nameless = GeneratorEvaluation(
            generated: generated, real: real, otherReal: nil, classNames: [], features: "these")
        #expect(nameless.realRecognized == nil && nameless.classes.isEmpty)
        let copy = try JSONDecoder().decode(GeneratorEvaluation.self, from: JSONEncoder().encode(figures))
        #expect(copy.frechetDistance == figures.frechetDistance && copy.classes.count == 2)
    }

    @Test func aGeneratorIsJudgedSeedBySeedTheClassesInTurn() throws {
        let networks = EvaluationNetworks.untrained
        let generator = RecordingGenerator()
        var progress: [Int] = []
        let observed = try ObservedImages(networks, generator: generator, count: 250, firstSeed: 7) {
            progress.append($0)
        }
        #expect(observed.count == 250 && observed.features.shape == [250, 4])
        #expect(observed.intended == (0..<250).map { $0 % 3 } && generator.labels == observed.intended)
        #expect(progress == [100, 200, 250])
        #expect(generator.latents == SeededLatents.normal(seeds: (7..<257).map { UInt64($0) }, size: 2).values)
        let none = try ObservedImages(networks, generator: generator, count: 0)
        #expect(none.count == 0 && none.features.shape == [0, 4])
    }

    @Test func ranksSeeTogetherWhatOneSees() throws {
        let alone = try ObservedImages(.untrained, generator: RecordingGenerator(), count: 50, firstSeed: 7)
        let together = try ThreadCommunicator.together(3) { communicator in
            let generator = RecordingGenerator()
            let seen = try ObservedImages.together(
                TrainingRanks(communicator, host: "here"), .untrained, generator: generator, count: 50, firstSeed: 7)
            return (seen: seen, made: generator.labels.count)
        }
        #expect(together.map(\.made) == [16, 17, 17])
        for (seen, _) in together {
            #expect(seen.intended == alone.intended && seen.recognized == alone.recognized)
            #expect(seen.features.shape == alone.features.shape)
            #expect(zip(seen.features.values, alone.features.values).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }
}

/// Paints gray and remembers what it was asked for.
private final class RecordingGenerator: ImageGenerator {
    let latentSize = 2
    let classNames = ["a", "b", "c"]
    let imageSize = (width: 16, height: 16)
    let channels = 1
    var labels: [Int] = []
    var latents: [Float] = []

    func images(latents: Tensor, labels: [Int]?) -> Tensor {
        self.latents += latents.values
        self.labels += labels ?? []
        return .zeros([latents.shape[0], 1, 16, 16])
    }
}

extension EvaluationNetworks {
    /// A classifier of gray 16×16 images in three classes, with random weights.
    static var untrained: EvaluationNetworks {
        var configuration = ClassifierConfiguration(
            image: ImageShape(size: 16, channels: 1), classNames: ["a", "b", "c"])
        (configuration.width, configuration.featureSize) = (2, 4)
        let classifier = TrainedClassifier(
            Classifier(configuration.parameters, random: Random(seed: 6)), image: configuration.image,
            classNames: configuration.classNames)
        return EvaluationNetworks(classifier, name: "these")
    }
}
