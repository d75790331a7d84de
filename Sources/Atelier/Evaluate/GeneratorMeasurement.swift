import Evaluation
import ImageData
import Models
import Training

/// Compares generated images with real ones, in the features of a network.
struct GeneratorMeasurement {
    let data: String
    let networks: EvaluationNetworks
    /// The size of the generated images; real ones get it, too, unless the networks know only one.
    let size: ImageSize
    let tell: (WorkEvent) -> Void

    /// Measures images that a model makes.
    ///
    /// - Throws: ``RequestError`` when the model and the classifier know different classes.
    func measure(_ generator: any ImageGenerator, _ options: EvaluationOptions) throws -> GeneratorEvaluation {
        let known = generator.classNames
        guard known.isEmpty || networks.classifier == nil || known == networks.classNames else {
            throw RequestError(
                """
                The classifier and the model have different classes.
                  the model:      \(known.joined(separator: ", "))
                  the classifier: \(networks.classNames.joined(separator: ", "))
                """)
        }
        func note(_ done: Int) { tell(.progress(WorkProgress("generating", done, of: options.count))) }
        note(0)
        return try compared(
            ObservedImages(
                networks, generator: generator, count: options.count, firstSeed: options.firstSeed,
                progress: note))
    }

    /// Measures images that were generated before.
    func measure(_ images: any ImageDataset) throws -> GeneratorEvaluation {
        try compared(images.observed(by: networks, size: size, "looking at generated images", tell))
    }

    private func compared(_ generated: ObservedImages) throws -> GeneratorEvaluation {
        let (real, other) = try realImages()
        return GeneratorEvaluation(
            generated: generated, real: real, otherReal: other, classNames: networks.classNames,
            features: networks.featuresName)
    }

    /// The real images to compare with and, if the dataset has a test part, the same number of other real images for
    /// the floor.
    private func realImages() throws -> (real: ObservedImages, other: ObservedImages?) {
        let training = try DatasetReader.open(data)
        let test = try DatasetReader.openTest(data)
        let real = try (test ?? training).observed(by: networks, size: size, "looking at real images", tell)
        guard let test else { return (real, nil) }
        let others = try DatasetReader.open(data, options: DatasetOptions(limit: min(training.count, test.count)))
        return (real, try others.observed(by: networks, size: size, "looking at other real images", tell))
    }
}

extension ImageDataset {
    /// What networks see in all images, with their classes if the classifier has the same classes.
    ///
    /// - Parameters:
    ///   - size: of the images as they are seen, unless the networks know only one.
    ///   - limit: the most images, spread over all; nil for all.
    func observed(
        by networks: EvaluationNetworks, size: ImageSize, limit: Int? = nil, _ title: String,
        _ tell: (WorkEvent) -> Void = { _ in }
    ) throws -> ObservedImages {
        try seen(by: networks, size: size, limit: limit, title, tell).images
    }

    /// What networks see in all images that can be read, and the indices of these images.
    ///
    /// - Parameters:
    ///   - size: of the images as they are seen, unless the networks know only one.
    ///   - limit: the most images, spread over all; nil for all.
    func seen(
        by networks: EvaluationNetworks, size: ImageSize, limit: Int? = nil, _ title: String,
        _ tell: (WorkEvent) -> Void = { _ in }
    ) throws -> (images: ObservedImages, indices: [Int]) {
        let knowsClasses = classNames == networks.classNames
        let loader: BatchLoader
        if let own = networks.image {
            loader = BatchLoader(self, size: own.size, channels: own.channels, batch: 100, seed: 0)
        } else {
            let frame = ImageFrame(width: size.width, height: size.height, channels: 3)
            loader = BatchLoader(self, frame: frame, batch: 100, seed: 0)
        }
        var done = 0
        tell(.progress(WorkProgress(title, 0, of: count)))
        var indices: [Int] = []
        let images = try ObservedImages(networks) { observe in
            try loader.forEachBatch(limit: limit) { batch in
                observe(batch.images, knowsClasses ? batch.labels : [])
                indices += batch.indices
                done += batch.count
                tell(.progress(WorkProgress(title, done, of: count)))
            }
        }
        return (images, indices)
    }
}
