import Evaluation
import ImageData
import Models
import Training

/// The measuring of generated images against real ones, in the features of a classifier.
struct GeneratorMeasurement {
    let data: String
    let classifier: TrainedClassifier
    let tell: (WorkEvent) -> Void

    /// Measures images that a model makes.
    ///
    /// - Throws: ``RequestError`` when the model and the classifier know different classes.
    func measure(_ generator: any ImageGenerator, _ options: EvaluationOptions) throws -> GeneratorEvaluation {
        let known = generator.classNames
        guard known.isEmpty || known == classifier.classNames else {
            throw RequestError(
                """
                The classifier knows other classes than the model.
                  the model:      \(known.joined(separator: ", "))
                  the classifier: \(classifier.classNames.joined(separator: ", "))
                """)
        }
        func note(_ done: Int) { tell(.progress(WorkProgress("generating", done, of: options.count))) }
        note(0)
        return try compared(
            ClassifiedImages(
                classifier, generator: generator, count: options.count, firstSeed: options.firstSeed,
                truncation: options.truncation, progress: note))
    }

    /// Measures images that were generated before.
    func measure(_ images: any ImageDataset) throws -> GeneratorEvaluation {
        try compared(images.classified(by: classifier, "looking at generated images", tell))
    }

    private func compared(_ generated: ClassifiedImages) throws -> GeneratorEvaluation {
        let (real, other) = try realImages()
        return GeneratorEvaluation(
            generated: generated, real: real, otherReal: other, classNames: classifier.classNames)
    }

    /// The images to measure against, and as many others for the floor, where the set keeps test images apart.
    private func realImages() throws -> (real: ClassifiedImages, other: ClassifiedImages?) {
        let training = try DatasetReader.open(data)
        let test = try? DatasetReader.open(data, options: DatasetOptions(split: .test))
        let real = try (test ?? training).classified(by: classifier, "looking at real images", tell)
        guard let test else { return (real, nil) }
        let others = try DatasetReader.open(data, options: DatasetOptions(limit: min(training.count, test.count)))
        return (real, try others.classified(by: classifier, "looking at others", tell))
    }
}

extension ImageDataset {
    /// All images as a classifier sees them, with their classes where it knows the same ones.
    func classified(
        by classifier: TrainedClassifier, _ title: String, _ tell: (WorkEvent) -> Void
    ) throws -> ClassifiedImages {
        let format = classifier.image
        let knowsClasses = classNames == classifier.classNames
        let loader = BatchLoader(self, size: format.size, channels: format.channels, batch: 100, seed: 0)
        var done = 0
        tell(.progress(WorkProgress(title, 0, of: count)))
        return try ClassifiedImages(classifier) { classify in
            try loader.forEachBatch { batch in
                classify(batch.images, knowsClasses ? batch.labels : [])
                done += batch.count
                tell(.progress(WorkProgress(title, done, of: count)))
            }
        }
    }
}
