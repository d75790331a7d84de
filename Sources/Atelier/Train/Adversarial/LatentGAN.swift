import Models
import Training

/// Generators of any family, with the settings of every adversarial pair.
package enum LatentGAN<Family: AdversarialFamily>: TrainableFamily {
    /// How such a generator is trained. What is nil is as suits the images, or as recorded where a run goes on.
    package struct Options: TrainingRequest {
        /// Which images are learned from, and in what form.
        package var images = ImageSelection()
        /// One of the family's architectures; nil for its default.
        package var architecture: Architecture?
        /// Whether images of a class are asked for; nil for what the family needs.
        package var usesClasses: Bool?
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

    /// The width of its networks and the side of its images.
    package static func economies(_ options: Options) -> [Economy] { Economy.generator(of: options.images) }

    /// Trains on a folder of images, on IDX files, or on CIFAR-10.
    package static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        if let wanted = options.architecture, let recorded = try session.recorded(TrainingPlan<Family>.self) {
            let own = recorded.configuration.model.generator.architecture
            if own.id != wanted.id {
                let difference = SettingDifference(setting: "architecture", from: own.id, to: wanted.id)
                throw TrainingError.differentConfiguration(
                    folder: session.folder.path, differences: [difference.description])
            }
        }
        return try AdversarialTraining<Family>(
            session: session, images: options.images, evaluator: options.evaluator
        ) { dataset, image in
            let usesClasses = options.usesClasses ?? (Family.classes == .always)
            if usesClasses, !dataset.isLabeled {
                throw TrainingRequestError.classesNeeded(path: dataset.path, layout: dataset.layout.title)
            }
            let names = usesClasses ? dataset.classNames : []
            guard let architecture = options.architecture else { return Family(image: image, classNames: names) }
            return Family(image: image, classNames: names, architecture: architecture)
        } adjust: { configuration in
            configuration.training.steps = options.steps ?? configuration.training.steps
            options.adjust(&configuration)
        }.run(on: data)
    }
}
