import ArgumentParser
import Evaluation
import Foundation
import ImageData
import Models
import Reporting
import Training

/// How a generator's images are made to be measured.
struct GeneratorTestOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("How many images are made. [10000]", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("The seed of the first of them. [0]", valueName: "n"))
    var seed: UInt64?

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp("Keep the noise within ±t, as in “atelier generate”.", valueName: "t"))
    var truncation: Double?

    func validate() throws {
        if let count, count < 10 { throw ValidationError("--count has to be at least 10.") }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
    }

    /// Those that were given, by name.
    var given: [String] {
        [
            count.map { _ in "--count" }, seed.map { _ in "--seed" }, truncation.map { _ in "--truncation" },
        ].compactMap { $0 }
    }
}

/// The measuring of generated images against real ones, in the features of a classifier.
struct GeneratorMeasurement {
    let data: String
    let judge: TrainedClassifier
    let output: OutputOptions

    init(data: String, judge: (name: String, classifier: TrainedClassifier), output: OutputOptions) {
        self.data = data
        self.judge = judge.classifier
        self.output = output
    }

    /// Measures images that a model makes.
    func measure(_ generator: any ImageGenerator, _ options: GeneratorTestOptions) throws {
        let known = generator.classNames
        guard known.isEmpty || known == judge.classNames else {
            throw UsageError(
                """
                The classifier knows other classes than the model.
                  the model:      \(known.joined(separator: ", "))
                  the classifier: \(judge.classNames.joined(separator: ", "))
                """)
        }
        let count = options.count ?? 10_000
        let bar = ProgressBar("generating", total: count, unit: "images", quiet: output.quiet || output.json)
        let generated = ClassifiedImages(
            judge, generator: generator, count: count, firstSeed: options.seed ?? 0, truncation: options.truncation
        ) { bar.update(to: $0) }
        bar.finish()
        try report(generated)
    }

    /// Measures images that were generated before.
    func measure(_ images: any ImageDataset) throws {
        try report(images.classified(by: judge, "looking at generated images", output))
    }

    private func report(_ generated: ClassifiedImages) throws {
        let (real, other) = try realImages()
        let figures = GeneratorEvaluation(
            generated: generated, real: real, otherReal: other, classNames: judge.classNames)
        if output.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(figures), as: UTF8.self))
        } else {
            print(figures.text)
        }
    }

    /// The images to measure against, and as many others for the floor, where the set keeps test images apart.
    private func realImages() throws -> (real: ClassifiedImages, other: ClassifiedImages?) {
        let training = try DatasetReader.open(data)
        let test = try? DatasetReader.open(data, options: DatasetOptions(split: .test))
        let real = try (test ?? training).classified(by: judge, "looking at real images", output)
        guard let test else { return (real, nil) }
        let others = try DatasetReader.open(data, options: DatasetOptions(limit: min(training.count, test.count)))
        return (real, try others.classified(by: judge, "looking at others", output))
    }
}

extension ImageDataset {
    /// All images as a classifier sees them, with their classes where it knows the same ones.
    func classified(by judge: TrainedClassifier, _ title: String, _ output: OutputOptions) throws -> ClassifiedImages {
        let format = judge.image
        let knowsClasses = classNames == judge.classNames
        let loader = BatchLoader(self, size: format.size, channels: format.channels, batch: 100, seed: 0)
        let bar = ProgressBar(title, total: count, unit: "images", quiet: output.quiet || output.json)
        defer { bar.finish() }
        var done = 0
        return try ClassifiedImages(judge) { judgeBatch in
            try loader.forEachBatch { batch in
                judgeBatch(batch.images, knowsClasses ? batch.labels : [])
                done += batch.count
                bar.update(to: done)
            }
        }
    }
}
