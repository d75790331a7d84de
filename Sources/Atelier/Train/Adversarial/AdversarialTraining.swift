import Foundation
import ImageData
import Models
import TensorCore
import Training

/// The settings in a run's `config.json` that determine its weights.
struct TrainingPlan<Model: CheckedSettings>: CheckedSettings {
    var name: String
    var data: DataChoice
    var model: Model

    func check() throws(ParameterError) {
        try ParameterError.check(in: "model") { () throws(ParameterError) in try model.check() }
    }

    mutating func apply(_ change: RunChange) { model.apply(change) }
}

/// Trains an adversarial pair of either family, from the start or from a checkpoint.
struct AdversarialTraining<Model: AdversarialFamily> {
    let session: TrainingSession
    let images: ImageSelection
    let evaluator: GeneratorEvaluator?
    /// The settings of a new run.
    let defaults: (any ImageDataset, ImageShape) throws -> Model
    /// Puts what is asked for in its place.
    let adjust: (inout Model) -> Void

    /// - Parameter path: where the images are; nil for where the run has them from.
    func run(on path: String?) throws -> TrainingRun {
        let recorded = try session.recorded(TrainingPlan<Model>.self)
        let choice = try images.changed(session.data(path, recorded: recorded?.configuration.data))
        let opened = try session.open(choice, recorded, classes: \.classNames)
        let dataset = opened.dataset
        var model: Model
        if let recorded {
            model = recorded.configuration.model
        } else {
            model = try usualSettings(dataset, fit: choice.fit)
            model.training.precision = Precision.automatic.resolved
        }
        let usual = model.training
        model.training.steps = session.chosenSteps ?? usual.steps
        let steps = model.training.steps
        adjust(&model)
        try session.refuseSteps(model.training.steps != steps)
        if recorded == nil {
            model.follow(usual)
            // A shorter or longer run stretches the default schedules to its own length.
            let factor = Double(model.training.steps) / Double(max(usual.steps, 1))
            if model.training.schedule == usual.schedule {
                model.training.schedule = usual.schedule.stretched(by: factor)
            }
            model.training.ramps = model.training.ramps?.stretched(by: factor)
        }
        let plan = TrainingPlan(
            name: session.name(recorded?.configuration.name), data: choice, model: model)
        try session.check(plan)

        let store = session.run.store
        let evaluation = try (evaluator ?? GeneratorEvaluator(recorded: recorded?.options, in: store))?.evaluation(
            of: model.image, on: opened.choice, recorded: recorded?.options, in: store,
            ranks: session.ranks)
        let settings = model.training
        let loader = BatchLoader(
            dataset, size: model.image.size, channels: model.image.channels, batch: settings.batchSize,
            seed: settings.seed, flip: settings.mirror, fit: choice.fit, share: session.ranks.share)
        let task = AdversarialTask(
            model, batch: { try loader.batch(at: $0) }, whole: { try loader.whole(at: $0) },
            features: try model.projectedModel.map { try store.perceptualNetwork($0) }, name: plan.name,
            provenance: Provenance.training(dataset, seed: settings.seed),
            evaluator: evaluation?.metrics)
        // Discriminators in pretrained features are the remedy for few images.
        session.tell(
            dataset.summary, dataset.notes, few: model.projectedModel == nil ? FewImages(dataset) : nil)
        return try session.train(
            task, plan: plan, data: opened.record, recorded: recorded,
            usual: usualOptions(steps: settings.steps, evaluation),
            adjustable: ["model.training.steps", "model.training.precision", "data.path", "name"],
            warnings: { loader.warnings })
    }

    /// The settings that suit the images, and the time if there are hours.
    private func usualSettings(_ dataset: any ImageDataset, fit: Fit?) throws -> Model {
        var image = images.shape(dataset, fit: fit)
        if session.economy.halvesSize {
            var smaller = images
            smaller.size = image.size / 2
            image = smaller.shape(dataset, fit: fit)
        }
        var model = try defaults(dataset, image)
        if session.economy.halvesWidth {
            model.generatorWidth = max(model.generatorWidth / 2, 1)
            model.discriminatorWidth = max(model.discriminatorWidth / 2, 1)
        }
        return model
    }

    private func usualOptions(steps: Int, _ evaluation: GeneratorEvaluator.Evaluation?) -> TrainingOptions {
        var options = TrainingOptions(
            steps: steps, sampleEvery: 500, checkpointEvery: 1000, evaluateEvery: evaluation == nil ? 0 : 1000,
            bestMetric: evaluation?.bestMetric)
        options.features = evaluation?.featuresName
        return options
    }
}

extension Economy {
    /// What a training of generators may save: the side of images only if nobody chose it.
    static func generator(of images: ImageSelection) -> [Economy] {
        images.size == nil ? allCases : [.none, .width]
    }
}

extension TrainingSession {
    /// The images of a new run, or those of one that goes on, which may lie elsewhere now.
    ///
    /// - Throws: ``RequestError`` when it was never said where they are.
    func data(_ path: String?, recorded: DataChoice?) throws -> DataChoice {
        guard var choice = recorded ?? path.map({ DataChoice(path: $0) }) else {
            throw TrainingRequestError.dataNeeded
        }
        if let path { choice.path = absolutePath(path) }
        return choice
    }

    /// Tells what the images are, and for a new run, whether they are few.
    func tell(_ summary: String, _ notes: [String], few: FewImages?) {
        tell(.images(summary))
        for note in notes { tell(.note(note)) }
        if let few, !resumes || replacesData { tell(.fewImages(few)) }
    }
}

extension Provenance {
    /// Facts about a training for its model.
    static func training(_ dataset: any ImageDataset, seed: UInt64) -> [String: String] {
        [
            "software": Software.description,
            "data": URL(fileURLWithPath: dataset.path).lastPathComponent,
            "images": "\(dataset.count)",
            "seed": "\(seed)",
        ]
    }
}
