import Evaluation
import Foundation
import ImageData
import Reporting
import Training

/// The measuring of a classifier by what it recognises.
struct ClassifierMeasurement {
    let data: String
    let output: OutputOptions

    func measure(_ classifier: TrainedClassifier, _ name: String) throws {
        let test = try? DatasetReader.open(data, options: DatasetOptions(split: .test))
        let dataset = try test ?? DatasetReader.open(data)
        guard dataset.classNames == classifier.classNames else {
            throw UsageError(
                """
                The pictures have other classes than the classifier knows.
                  \(name): \(classifier.classNames.joined(separator: ", "))
                  \(data): \(dataset.classNames.joined(separator: ", "))
                """)
        }
        let pictures = try dataset.judged(by: classifier, "recognising", output)
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
