import Evaluation
import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Testing
import Training

/// The classifier: its shapes, its training, and the images it can be shown.
@Suite struct ClassifierTests {
    private static func small(
        _ size: Int, channels: Int = 1, contentWidth: Int? = nil, contentHeight: Int? = nil
    ) -> ClassifierConfiguration {
        let image = ImageShape(
            size: size, channels: channels, contentWidth: contentWidth, contentHeight: contentHeight)
        var configuration = ClassifierConfiguration(image: image, classNames: ["dark", "bright", "striped"])
        configuration.width = 2
        configuration.featureSize = 7
        configuration.batchSize = 12
        configuration.steps = 60
        configuration.learningRate = 1e-2
        return configuration
    }

    @Test(arguments: [16, 32, 64, 128, 256], [1, 3])
    func everySizeIsJudged(size: Int, channels: Int) {
        let network = Classifier(Self.small(size, channels: channels).parameters, random: Random(seed: 1))
        let images = Random(seed: 2).normal([2, channels, size, size])
        for mode in [ForwardMode.training(Random(seed: 3)), .inference] {
            let features = network.features(images, mode)
            #expect(features.shape == [2, 7])
            #expect(features.values.allSatisfy { $0 >= 0 && $0.isFinite })
            #expect(network.logits(features: features, mode).shape == [2, 3])
        }
        // Max pooling leaves 4×4 pixels, of at most four times the width.
        #expect(network.state()["hidden.weight"]?.shape == [7, 16 * min(8, 2 << (size.trailingZeroBitCount - 3))])
    }

    /// Dark, bright, and striped images.
    private static func batch(_ number: Int) -> Batch {
        let random = Random(seed: 31, stream: UInt64(number))
        let labels = random.integers(12, in: 0..<3)
        let noise = random.normal([12, 1, 16, 16], deviation: 0.2).values
        let images = Tensor(shape: [12, 1, 16, 16]) { buffer in
            for index in buffer.indices {
                let stripe: Float = index % 4 < 2 ? -0.5 : 0.5
                buffer[index] = noise[index] + [-0.5, 0.5, stripe][labels[index / 256]]
            }
        }
        return Batch(images: images, labels: labels)
    }

    private static func task() -> ClassifierTask {
        ClassifierTask(
            small(16), batch: batch,
            forEachTestBatch: { body in for number in 1000..<1005 { try body(batch(number)) } },
            name: "shades", provenance: ["data": "made up"])
    }

    @Test func itLearnsWhatIsEasyAndIsHandedOutWhole() throws {
        let task = Self.task()
        let before = try #require(try task.evaluate()["accuracy"])
        var last: [Double] = []
        for number in 1...60 {
            let report = try task.step(number, measuring: true)
            #expect(report.images == 12 && report.losses.map(\.name) == ["cross-entropy"])
            if number > 50 { last.append(try #require(report.extra.first { $0.name == "accuracy" }).value) }
        }
        let accuracy = try #require(try task.evaluate()["accuracy"])
        #expect(before < 0.7)
        #expect(accuracy > 0.97 && last.reduce(0, +) / 10 > 0.6, "dropout makes it harder")

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("classifier-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try task.export(to: folder, after: 7)
        let manifest = try ModelManifest.read(from: folder)
        #expect(manifest.provenance["steps"] == "7")
        #expect(manifest.kind == "classifier" && manifest.provenance["data"] == "made up")
        #expect(manifest.provenance["test accuracy"] == String(accuracy))
        let classifier = try Model(ModelFolder(path: folder, among: [.classifier])).classifier()
        let test = Self.batch(1000)
        #expect(classifier.classify(test.images).classes == test.labels)
    }

    @Test func resumingContinuesBitForBit() throws {
        let (whole, first, second) = (Self.task(), Self.task(), Self.task())
        for number in 1...6 { _ = try whole.step(number, measuring: false) }
        for number in 1...3 { _ = try first.step(number, measuring: true) }
        _ = try first.evaluate()
        try second.restore(first.checkpoint())
        for number in 4...6 { _ = try second.step(number, measuring: false) }
        let (a, b) = (whole.checkpoint(), second.checkpoint())
        #expect(a.tensors.mapValues(\.values) == b.tensors.mapValues(\.values))
        #expect(a.numbers == b.numbers && a.numbers["optimizer.step"] == 6)
    }

    @Test func withoutTestImagesThereIsNoAccuracy() throws {
        #expect(try ClassifierTask(Self.small(16), batch: Self.batch, name: "x").evaluate().isEmpty)
        #expect(try Self.task().preview() == nil)
    }

    private static func classifier(_ configuration: ClassifierConfiguration) -> TrainedClassifier {
        TrainedClassifier(
            Classifier(configuration.parameters, random: Random(seed: 6)), image: configuration.image,
            classNames: configuration.classNames)
    }

    @Test func imagesOfTheContentsSizeGetTheirBorderBack() throws {
        let classifier = Self.classifier(Self.small(32, contentWidth: 28, contentHeight: 24))
        let images = Random(seed: 7).uniform([3, 1, 24, 28], in: -1..<1)
        let frame = Tensor.ones(images.shape).padded(top: 4, bottom: 4, left: 2, right: 2) - 1
        let squares = images.padded(top: 4, bottom: 4, left: 2, right: 2) + frame
        let (features, classes) = classifier.classify(images)
        #expect(features.shape == [3, 7] && classes.count == 3)
        #expect(features.values == classifier.classify(squares).features.values)
    }

    @Test func otherSizesAreResampled() throws {
        let classifier = Self.classifier(Self.small(32, contentWidth: 28, contentHeight: 28))
        // A slope looks the same at any resolution, but for the steps.
        func slope(_ side: Int) -> Tensor {
            Tensor(shape: [1, 1, side, side]) { buffer in
                for index in buffer.indices { buffer[index] = 2 * (Float(index % side) + 0.5) / Float(side) - 1 }
            }
        }
        let expected = classifier.classify(slope(28)).features
        let scale = Float(expected.norm)
        for side in [56, 112] {
            let features = classifier.classify(slope(side)).features
            #expect(Float((features - expected).norm) < 0.05 * scale, "\(side)")
        }
        #expect(Float((classifier.classify(-slope(28)).features - expected).norm) > 0.1 * scale)
    }

    @Test func grayAndColorAreConverted() throws {
        let gray = Random(seed: 8).uniform([2, 1, 16, 16], in: -1..<1)
        let rgb = Tensor.concatenated([gray, gray, gray], axis: 1)
        for channels in [1, 3] {
            let classifier = Self.classifier(Self.small(16, channels: channels))
            let difference = classifier.classify(gray).features - classifier.classify(rgb).features
            #expect(difference.absolute().values.allSatisfy { $0 < 1e-4 }, "\(channels) channels")
        }
    }

    @Test func weightsOfAnotherClassifierAreRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("other-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let weights = Classifier(Self.small(32).parameters, random: Random(seed: 1)).state()
        try Self.small(64).manifest(name: "other", provenance: [:]).write(to: folder, weights: weights)
        let model = try Model(ModelFolder(path: folder, among: [.classifier]))
        #expect(throws: ModelError.self) { try model.classifier() }
    }
}
