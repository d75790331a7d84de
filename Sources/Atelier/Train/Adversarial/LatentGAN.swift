import Training

/// Generators of a family that has no settings but those of every adversarial pair.
package enum LatentGAN<Family: AdversarialFamily>: TrainableFamily {
    /// How such a generator is trained. What is nil is as suits the images, or as recorded where a run goes on.
    package struct Options: TrainingRequest {
        /// Which images are learned from, and in what form.
        package var images = ImageSelection()
        /// Updates of the generator.
        package var steps: Int?
        /// What measures the generator now and then, and chooses the best.
        package var evaluator: GeneratorEvaluator?
        /// How the run is kept and watched.
        package var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        package var adjust: (inout Family) -> Void = { _ in }

        /// As usual.
        package init() {}
    }

    /// Trains on a folder of images, on IDX files, or on CIFAR-10.
    package static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        try AdversarialTraining<Family>(
            session: session, images: options.images, evaluator: options.evaluator
        ) { dataset, image in
            guard Family.needsClasses else { return Family(image: image, classNames: []) }
            guard dataset.isLabeled else {
                throw TrainingRequestError.classesNeeded(path: dataset.path, layout: dataset.layout.title)
            }
            return Family(image: image, classNames: dataset.classNames)
        } adjust: { configuration in
            configuration.training.steps = options.steps ?? configuration.training.steps
            options.adjust(&configuration)
        }.run(on: data)
    }
}
