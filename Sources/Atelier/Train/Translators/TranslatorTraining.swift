import Foundation
import ImageData
import Models
import Pix2Pix
import TensorCore
import Training

/// The settings in a run's `config.json` that determine the weights of a translator.
struct PairPlan<Model: CheckedSettings>: CheckedSettings {
    var name: String
    var data: PairChoice
    var model: Model
    /// The model whose weights the training starts from; nil starts from random ones.
    var from: String?
    /// The network of the perceptual loss; nil for none.
    var perceptual: String?
    /// The network whose features additional discriminators see; nil for none.
    var projected: String?

    func check() throws(ParameterError) {
        try ParameterError.check(in: "model") { () throws(ParameterError) in try model.check() }
    }

    mutating func apply(_ change: RunChange) { model.apply(change) }
}

/// A translator's training that is ready to start.
struct PreparedTraining {
    let task: any TrainingTask
    /// A summary of the images.
    let summary: String
    let notes: [String]
    /// The messages about skipped images, read at the end.
    let warnings: () -> [String]
}

/// Trains translators, from the start or from a checkpoint.
struct TranslatorTraining<Model: TranslationConfiguration> {
    let session: TrainingSession
    let course: TranslatorCourse
    /// The model that a new run starts from.
    var from: String?
    /// The network of the perceptual loss.
    var perceptual: String?
    /// The network whose features additional discriminators see.
    var projected: String?

    /// - Parameters:
    ///   - choosing: which images, given those of a run that goes on.
    ///   - opening: opens the images of a choice.
    ///   - recording: what a run records of the images.
    ///   - defaults: the settings of a new run.
    ///   - adjusting: puts what was given in its place, also when a run goes on, which refuses most of it.
    ///   - count: the number of images in an epoch.
    ///   - preparing: the task of a plan.
    func run<Images>(
        choosing: (PairChoice?) throws -> PairChoice, opening: (PairChoice) throws -> Images,
        recording: (Images) -> DataRecord, defaults: (Images) throws -> Model, adjusting: (inout Model) throws -> Void,
        count: (Images) -> Int,
        preparing: (PairPlan<Model>, Images) throws -> PreparedTraining
    ) throws -> TrainingRun {
        let recorded = try session.recorded(PairPlan<Model>.self)
        let known = recorded?.configuration
        let choice = try choosing(known?.data)
        let images = try opening(choice)
        let data = recording(images)
        try session.check(data, against: recorded?.data)
        var model = try known?.model ?? defaults(images)
        if recorded == nil { model.training.precision = Precision.automatic.resolved }
        try adjusting(&model)
        try session.refuseSteps(course.steps != nil || course.epochs != nil || course.decayEpochs != nil)
        var course = course
        course.steps = session.chosenSteps ?? course.steps
        course.apply(to: &model)
        if recorded == nil { try course.complete(&model, count: count(images)) }
        let plan = PairPlan(
            name: session.name(known?.name), data: choice, model: model, from: known?.from ?? from,
            perceptual: perceptual ?? known?.perceptual, projected: projected ?? known?.projected)
        try session.check(plan)
        let prepared = try preparing(plan, images)
        session.tell(prepared.summary, prepared.notes, few: FewImages(count(images)))
        var adjustable: Set = [
            "model.training.steps", "model.training.precision", "model.statistics", "data.path", "name",
        ]
        // The networks of a run may have moved; a new network would be another training.
        if known?.perceptual != nil { adjustable.insert("perceptual") }
        if known?.projected != nil { adjustable.insert("projected") }
        return try session.train(
            prepared.task, plan: plan, data: data, recorded: recorded,
            usual: TrainingOptions(
                steps: model.training.steps, sampleEvery: 500, checkpointEvery: 2000, evaluateEvery: 2000),
            adjustable: adjustable, warnings: prepared.warnings)
    }
}

extension PairChoice {
    /// A recorded choice with what is given now in its place, or a new one.
    ///
    /// - Throws: ``TrainingRequestError`` when it was never said where the images are.
    init(
        _ recorded: PairChoice?, path: String?, direction: PairDirection?, layout: PairLayout? = nil,
        sketched: Bool = false
    ) throws(TrainingRequestError) {
        guard let path = path ?? recorded?.path else { throw .dataNeeded }
        self.init(
            path: path, direction: direction ?? recorded?.direction ?? .aToB, layout: layout ?? recorded?.layout,
            sketched: recorded?.sketched ?? sketched)
    }
}

extension PairPlan where Model: TranslationConfiguration {
    /// Facts about the training for its model.
    func provenance(images: [String: String]) -> [String: String] {
        var facts = images
        facts["software"] = Software.description
        facts["data"] = URL(fileURLWithPath: data.path).lastPathComponent
        facts["seed"] = "\(model.training.seed)"
        facts["perceptual"] = perceptual.map { URL(fileURLWithPath: $0).lastPathComponent }
        facts["projected"] = projected.map { URL(fileURLWithPath: $0).lastPathComponent }
        facts["from"] = from.map { path in
            let url = URL(fileURLWithPath: path)
            // The model of a run has the name of the run.
            return (url.lastPathComponent == "model" ? url.deletingLastPathComponent() : url).lastPathComponent
        }
        return facts
    }
}
