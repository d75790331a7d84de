import ArgumentParser
import Catalog
import Evaluation
import Foundation
import ImageData
import Reporting
import TensorCore
import Training

/// `atelier evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how good a model's pictures are.",
        discussion: """
            A generator is measured against real pictures, in the features of a classifier:
              Fréchet distance  how far the two sets are apart; smaller is better. Figures of different classifiers \
            cannot be compared with each other, nor with published ones.
              precision         the share of generated pictures that lie among real ones
              recall            the share of real pictures that lie among generated ones: low when kinds are missing
              recognised        the share of pictures recognised as the class that was asked for
            A classifier is measured by the share of pictures it recognises.

            Test pictures are used where the data set keeps some apart, all of it otherwise.

            Examples:
              atelier evaluate fashion-cgan --classifier fashion-classifier --data /usr/share/datasets/fashion-mnist
              atelier evaluate run/ --classifier judge/ --data flowers/ --count 2000 --json
              atelier evaluate their-samples/ --classifier judge/ --data flowers/
              atelier evaluate fashion-classifier --data /usr/share/datasets/fashion-mnist
            """)

    @Argument(
        help: """
            The model: a name from “atelier models list”, a folder, or a run. Or a set of generated pictures, laid out \
            as a data set.
            """)
    var model: String

    @Option(
        name: [.long, .customLong("dataroot")],
        help: ArgumentHelp("The real pictures, as in “atelier train”.", valueName: "dir"))
    var data: String

    @Option(help: ArgumentHelp("The classifier whose features are used.", valueName: "model"))
    var classifier: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("How many pictures are made.", valueName: "n"))
    var count = 10_000

    @Option(help: ArgumentHelp("The seed of the first of them.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(
        name: [.long, .customLong("trunc")],
        help: ArgumentHelp("Keep the noise within ±t, as in “atelier generate”.", valueName: "t"))
    var truncation: Double?

    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if count < 10 { throw ValidationError("--count has to be at least 10.") }
        if let truncation, !(truncation >= 0) { throw ValidationError("--truncation cannot be negative.") }
    }

    func run() throws {
        output.apply()
        let folder: ModelFolder
        do {
            folder = try Catalog.find(model)
        } catch {
            // Pictures that some other program generated can be measured like a model's.
            guard let classifier, let pictures = try? DatasetReader.open(model) else {
                throw UsageError("\(error)")
            }
            let judge = try Catalog.classifier(usage { try Catalog.find(classifier) })
            return try report(judged(pictures, by: judge, "looking at generated pictures"), by: judge)
        }
        if folder.kind == ClassifierConfiguration.kind { return try measure(Catalog.classifier(folder), folder) }
        guard let classifier else {
            throw UsageError(
                """
                A generator is judged by a classifier: --classifier MODEL.
                Make one with: atelier train classifier --data \(data) --out judge
                """)
        }
        let judge = try Catalog.classifier(usage { try Catalog.find(classifier) })
        try measure(Catalog.generator(folder, precision: precision.chosen ?? .float32), by: judge)
    }

    private func measure(_ generator: any PictureGenerator, by judge: TrainedClassifier) throws {
        let known = generator.classNames
        guard known.isEmpty || known == judge.classNames else {
            throw UsageError(
                """
                The classifier knows other classes than the model.
                  the model:      \(known.joined(separator: ", "))
                  the classifier: \(judge.classNames.joined(separator: ", "))
                """)
        }
        let bar = ProgressBar(
            "generating", total: count, unit: "pictures", quiet: output.quiet || output.json)
        let generated = JudgedPictures(
            judge, generator: generator, count: count, firstSeed: seed, truncation: truncation
        ) { bar.update(to: $0) }
        bar.finish()
        try report(generated, by: judge)
    }

    private func report(_ generated: JudgedPictures, by judge: TrainedClassifier) throws {
        let (real, other) = try realPictures(judge)
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

    /// The pictures to measure against, and as many others for the floor. Sets that keep no test pictures apart are
    /// split into even and odd ones.
    private func realPictures(_ judge: TrainedClassifier) throws -> (real: JudgedPictures, other: JudgedPictures?) {
        let training = try DatasetReader.open(data)
        let test = try? DatasetReader.open(data, options: DatasetOptions(split: .test))
        let real = try judged(test ?? training, by: judge, "looking at real pictures")
        guard let test else { return (real, nil) }
        let limit = min(training.count, test.count)
        let options = DatasetOptions(limit: limit)
        return (real, try judged(DatasetReader.open(data, options: options), by: judge, "looking at others"))
    }

    private func judged(
        _ dataset: any PictureDataset, by judge: TrainedClassifier, _ title: String
    ) throws -> JudgedPictures {
        let format = judge.configuration.picture
        let knowsClasses = dataset.classNames == judge.classNames
        let loader = BatchLoader(dataset, size: format.size, channels: format.channels, batch: 100, seed: 0)
        let bar = ProgressBar(
            title, total: dataset.count, unit: "pictures", quiet: output.quiet || output.json)
        defer { bar.finish() }
        var done = 0
        return try JudgedPictures(judge) { judgeBatch in
            try loader.forEachBatch { batch in
                judgeBatch(batch.pictures, knowsClasses ? batch.labels : [])
                done += batch.count
                bar.update(to: done)
            }
        }
    }

    private func measure(_ classifier: TrainedClassifier, _ folder: ModelFolder) throws {
        let test = try? DatasetReader.open(data, options: DatasetOptions(split: .test))
        let dataset = try test ?? DatasetReader.open(data)
        guard dataset.classNames == classifier.classNames else {
            throw UsageError(
                """
                The pictures have other classes than the classifier knows.
                  \(folder.name): \(classifier.classNames.joined(separator: ", "))
                  \(data): \(dataset.classNames.joined(separator: ", "))
                """)
        }
        let pictures = try judged(dataset, by: classifier, "recognising")
        var hits = [Int](repeating: 0, count: dataset.classNames.count)
        for (seen, meant) in zip(pictures.recognised, pictures.intended) where seen == meant { hits[meant] += 1 }
        let counts = dataset.classCounts
        let accuracy = Double(hits.reduce(0, +)) / Double(max(pictures.count, 1))
        let perClass = zip(dataset.classNames, zip(hits, counts)).map { name, figures in
            (name: name, value: Double(figures.0) / Double(max(figures.1, 1)))
        }
        if output.json {
            var line = JSONLine()
            line.add("pictures", pictures.count)
            line.add("split", dataset.split.rawValue)
            line.add("accuracy", accuracy)
            line.add("classes", perClass)
            return print(line.text)
        }
        print(
            String(
                format: "recognised %.2f %% of %d pictures (%@)", accuracy * 100, pictures.count, dataset.split.rawValue
            ))
        let width = perClass.map(\.name.count).max() ?? 0
        for (name, share) in perClass {
            print(
                String(
                    format: "  %@  %5.1f %%", name.padding(toLength: width, withPad: " ", startingAt: 0), share * 100))
        }
    }
}
