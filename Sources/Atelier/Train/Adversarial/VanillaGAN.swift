import Training
import VanillaGAN

/// Generators of images like those of a set (Goodfellow et al. 2014, Radford et al. 2016).
public enum VanillaGAN: TrainableFamily {
    /// How such a generator is trained. What is nil is as suits the images, or as recorded where a run goes on.
    public struct Options: TrainingRequest {
        /// Which images are learned from, and in what form.
        public var images = ImageSelection()
        /// The family of networks.
        public var network: VanillaGANConfiguration.Network?
        /// Updates of the generator.
        public var steps: Int?
        /// What measures the generator now and then, and chooses the best.
        public var evaluator: GeneratorEvaluator?
        /// How the run is kept and watched.
        public var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        public var adjust: (inout VanillaGANConfiguration) -> Void = { _ in }

        /// As usual.
        public init() {}

        /// A number of steps, and changes to other settings.
        public init(steps: Int, adjust: @escaping (inout VanillaGANConfiguration) -> Void = { _ in }) {
            self.steps = steps
            self.adjust = adjust
        }
    }

    /// The width of its networks and the side of its images.
    public static func economies(_ options: Options) -> [Economy] { Economy.generator(of: options.images) }

    /// Trains on a folder of images, on IDX files, or on CIFAR-10.
    public static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        try AdversarialTraining<VanillaGANConfiguration>(
            session: session, images: options.images, evaluator: options.evaluator
        ) { _, image in
            VanillaGANConfiguration(image: image, network: options.network ?? .convolutional)
        } adjust: { configuration in
            configuration.network = options.network ?? configuration.network
            configuration.training.steps = options.steps ?? configuration.training.steps
            options.adjust(&configuration)
        }.run(on: data)
    }
}
