import Evaluation
import Files
import Foundation
import ImageData
import Training

/// The measuring of a classifier by what it recognizes.
struct ClassifierMeasurement {
    let data: String
    let output: OutputOptions

    func measure(_ classifier: TrainedClassifier, _ name: String) throws {
        let test = try? DatasetReader.open(data, options: DatasetOptions(split: .test))
        let dataset = try test ?? DatasetReader.open(data)
        guard dataset.classNames == classifier.classNames else {
            throw UsageError(
                """
                The images have other classes than the classifier knows.
                  \(name): \(classifier.classNames.joined(separator: ", "))
                  \(data): \(dataset.classNames.joined(separator: ", "))
                """)
        }
        let images = try dataset.classified(by: classifier, "recognizing", output)
        var hits = [Int](repeating: 0, count: dataset.classNames.count)
        for (seen, meant) in zip(images.recognized, images.intended) where seen == meant { hits[meant] += 1 }
        let counts = dataset.classCounts
        let accuracy = Double(hits.reduce(0, +)) / Double(max(images.count, 1))
        let perClass = zip(dataset.classNames, zip(hits, counts)).map { name, figures in
            (name: name, value: Double(figures.0) / Double(max(figures.1, 1)))
        }
        if output.json {
            var line = JSONLine()
            line.add("images", images.count)
            line.add("split", dataset.split.rawValue)
            line.add("accuracy", accuracy)
            line.add("classes", perClass)
            return print(line.text)
        }
        print(
            String(
                format: "recognized %.2f %% of %d images (%@)", accuracy * 100, images.count, dataset.split.rawValue
            ))
        let width = perClass.map(\.name.count).max() ?? 0
        for (name, share) in perClass {
            print(
                String(
                    format: "  %@  %5.1f %%", name.padding(toLength: width, withPad: " ", startingAt: 0), share * 100))
        }
    }
}
