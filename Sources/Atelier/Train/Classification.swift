import Evaluation
import ImageData
import Models
import TensorCore
import Training

/// Classifiers: they recognize the classes of a set, and generators are measured in their features.
public enum Classification: TrainableFamily {
    /// How a classifier is trained. What is nil is as suits the images, or as recorded where a run goes on.
    public struct Options: TrainingRequest {
        /// Which images are learned from, and in what form.
        public var images = ImageSelection()
        /// Steps of the training.
        public var steps: Int?
        /// How the run is kept and watched.
        public var run = RunSettings()
        /// Changes any other setting; a run that goes on refuses most changes.
        public var adjust: (inout ClassifierConfiguration) -> Void = { _ in }

        /// As usual.
        public init() {}

        /// A number of steps, and changes to other settings.
        public init(steps: Int, adjust: @escaping (inout ClassifierConfiguration) -> Void = { _ in }) {
            self.steps = steps
            self.adjust = adjust
        }
    }

    /// Trains on a folder with one folder of images for each class, on IDX files, or on CIFAR-10.
    public static func train(
        _ session: TrainingSession, on data: String?, _ options: Options
    ) throws -> TrainingRun {
        let recorded = try session.recorded(TrainingPlan<ClassifierConfiguration>.self)
        let choice = try options.images.changed(session.data(data, recorded: recorded?.configuration.data))
        let opened = try session.open(choice, recorded, classes: \.classNames)
        let dataset = opened.dataset
        guard dataset.isLabeled else {
            throw TrainingRequestError.classesNeeded(path: dataset.path, layout: dataset.layout.title)
        }
        let image = options.images.shape(dataset, fit: choice.fit)
        var model =
            recorded?.configuration.model ?? ClassifierConfiguration(image: image, classNames: dataset.classNames)
        model.steps = session.chosenSteps ?? model.steps
        let steps = model.steps
        model.steps = options.steps ?? model.steps
        options.adjust(&model)
        try session.refuseSteps(model.steps != steps)
        let plan = TrainingPlan(name: session.name(recorded?.configuration.name), data: choice, model: model)
        try session.check(plan)

        func loader(_ dataset: any ImageDataset, flip: Bool, share: Share) -> BatchLoader {
            BatchLoader(
                dataset, size: model.image.size, channels: model.image.channels, batch: model.batchSize,
                seed: model.seed, flip: flip, fit: choice.fit, share: share)
        }
        let training = loader(dataset, flip: model.mirror, share: session.ranks.share)
        let test = try opened.choice.openTest().map { loader($0, flip: false, share: .whole) }
        let task = ClassifierTask(
            model, batch: { try training.batch(at: $0) },
            forEachTestBatch: test.map { test in { body in try test.forEachBatch(body) } }, name: plan.name,
            provenance: Provenance.training(dataset, seed: model.seed))
        session.tell(dataset.summary, dataset.notes, few: FewImages(dataset))
        return try session.train(
            task, plan: plan, data: opened.record, recorded: recorded,
            usual: TrainingOptions(
                steps: model.steps, sampleEvery: 0, checkpointEvery: 500, evaluateEvery: test == nil ? 0 : 500,
                bestMetric: test == nil ? nil : "accuracy", lowerIsBetter: false),
            adjustable: ["model.precision", "data.path", "name"], warnings: { training.warnings })
    }
}
