import ConditionalGAN
import Training

/// Generators of images of a class that is asked for (Mirza & Osindero 2014, Miyato & Koyama 2018).
public enum ConditionalGAN: TrainableFamily {
    /// How such a generator is trained. What is nil is as suits the images, or as recorded where a run goes on.
    public struct Options: TrainingRequest {
        /// Which images are learned from, and in what form.
        public var images = ImageSelection()
        /// How the class reaches the networks.
        public var conditioning: ConditionalGANConfiguration.Conditioning?
        /// Updates of the generator.
        public var steps: Int?
        /// What measures the generator now and then, and chooses the best.
        public var evaluator: GeneratorEvaluator?
        /// How the run is kept and watched.
        public var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        public var adjust: (inout ConditionalGANConfiguration) -> Void = { _ in }

        /// As usual.
        public init() {}

        /// A number of steps, and changes to other settings.
        public init(steps: Int, adjust: @escaping (inout ConditionalGANConfiguration) -> Void = { _ in }) {
            self.steps = steps
            self.adjust = adjust
        }
    }

    /// Trains on a folder with one folder of images for each class, on IDX files, or on CIFAR-10.
    public static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        try AdversarialTraining<ConditionalGANConfiguration>(
            session: session, images: options.images, evaluator: options.evaluator
        ) { dataset, image in
            guard dataset.isLabeled else {
                throw TrainingRequestError.classesNeeded(path: dataset.path, layout: dataset.layout.title)
            }
            return ConditionalGANConfiguration(
                image: image, classNames: dataset.classNames, conditioning: options.conditioning ?? .projection)
        } adjust: { configuration in
            configuration.conditioning = options.conditioning ?? configuration.conditioning
            configuration.training.steps = options.steps ?? configuration.training.steps
            options.adjust(&configuration)
        }.run(on: data)
    }
}
