import Evaluation
import Foundation
import ImageData

/// The share of images that a classifier recognizes.
public struct ClassifierEvaluation: Sendable {
    /// How many images were looked at.
    public let images: Int
    /// The part of the dataset that they are.
    public let split: String
    /// The share that was recognized, from 0 to 1.
    public let accuracy: Double
    /// The same for each class.
    public let classes: [(name: String, value: Double)]
}

extension TrainedClassifier {
    /// Measures what it recognizes.
    ///
    /// - Throws: ``RequestError`` when the images have other classes.
    func measured(
        on data: String, name: String, telling tell: (WorkEvent) -> Void
    ) throws -> ClassifierEvaluation {
        let test = try DatasetReader.openTest(data)
        let dataset = try test ?? DatasetReader.open(data)
        guard dataset.classNames == classNames else {
            throw RequestError(
                """
                The images and the classifier have different classes.
                  \(name): \(classNames.joined(separator: ", "))
                  \(data): \(dataset.classNames.joined(separator: ", "))
                """)
        }
        let images = try dataset.observed(
            by: EvaluationNetworks(self, name: name), size: dataset.typicalSize, "recognizing", tell)
        var hits = [Int](repeating: 0, count: dataset.classNames.count)
        for (seen, meant) in zip(images.recognized, images.intended) where seen == meant { hits[meant] += 1 }
        return ClassifierEvaluation(
            images: images.count, split: dataset.split.rawValue,
            accuracy: Double(hits.reduce(0, +)) / Double(max(images.count, 1)),
            classes: zip(dataset.classNames, zip(hits, dataset.classCounts)).map { name, figures in
                (name: name, value: Double(figures.0) / Double(max(figures.1, 1)))
            })
    }
}
