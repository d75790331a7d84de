import Foundation
import ImageData
import Models
import Pix2Pix
import TensorCore
import Training

/// What decides the weights of a translator, as its run's `config.json` records it.
struct PairPlan<Model: Codable>: Codable {
    var name: String
    var data: PairChoice
    var model: Model
    /// The model whose weights the training starts from; nil starts from random ones.
    var from: String?
    /// What a perceptual loss is taken in; nil for none.
    var perceptual: String?
    /// In whose features images are judged besides; nil for nobody's.
    var projected: String?
}

/// A translator's training, ready to start.
struct PreparedTraining {
    let task: any TrainingTask
    /// What is said of the images.
    let summary: String
    let notes: [String]
    /// What was skipped, asked for at the end.
    let warnings: () -> [String]
}

/// Trains translators, from the start or from where they were stopped.
struct TranslatorTraining<Model: TranslationConfiguration> {
    let session: TrainingSession
    let course: TranslatorCourse
    /// The model that a new run starts from.
    var from: String?
    /// What a perceptual loss is taken in.
    var perceptual: String?
    /// In whose features images are judged besides.
    var projected: String?

    /// - Parameters:
    ///   - choosing: which images, given those of a run that goes on.
    ///   - opening: the images of a choice.
    ///   - defaults: the settings of a new run.
    ///   - adjusting: puts what was given in its place, also when a run goes on, which refuses most of it.
    ///   - count: how many images are walked through.
    ///   - preparing: the task of a plan.
    func run<Images>(
        choosing: (PairChoice?) throws -> PairChoice, opening: (PairChoice) throws -> Images,
        defaults: (Images) throws -> Model, adjusting: (inout Model) throws -> Void, count: (Images) -> Int,
        preparing: (PairPlan<Model>, Images) throws -> PreparedTraining
    ) throws -> TrainingRun {
        let recorded = try session.recorded(PairPlan<Model>.self)
        let known = recorded?.configuration
        let choice = try choosing(known?.data)
        let images = try opening(choice)
        var model = try known?.model ?? defaults(images)
        if recorded == nil { model.training.precision = Precision.automatic.resolved }
        try adjusting(&model)
        course.apply(to: &model)
        if recorded == nil { try course.complete(&model, count: count(images)) }
        let plan = PairPlan(
            name: session.name(known?.name), data: choice, model: model, from: known?.from ?? from,
            perceptual: perceptual ?? known?.perceptual, projected: projected ?? known?.projected)
        let prepared = try preparing(plan, images)
        session.tell(prepared.summary, prepared.notes)
        var adjustable: Set = [
            "model.training.steps", "model.training.precision", "model.statistics", "data.path", "name",
        ]
        // Networks that the run knows may lie elsewhere now; one that it does not know would be another training.
        if known?.perceptual != nil { adjustable.insert("perceptual") }
        if known?.projected != nil { adjustable.insert("projected") }
        return try session.train(
            prepared.task, plan: plan, recorded: recorded,
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
        _ recorded: PairChoice?, path: String?, direction: PairDirection?, sketched: Bool = false
    ) throws(TrainingRequestError) {
        guard let path = path ?? recorded?.path else { throw .dataNeeded }
        self.init(
            path: path, direction: direction ?? recorded?.direction ?? .aToB, sketched: recorded?.sketched ?? sketched)
    }
}

extension PairPlan where Model: TranslationConfiguration {
    /// Facts about the training for the model that comes of it.
    func provenance(images: [String: String]) -> [String: String] {
        var facts = images
        facts["software"] = Software.description
        facts["data"] = URL(fileURLWithPath: data.path).lastPathComponent
        facts["steps"] = "\(model.training.steps)"
        facts["seed"] = "\(model.training.seed)"
        facts["perceptual"] = perceptual.map { URL(fileURLWithPath: $0).lastPathComponent }
        facts["projected"] = projected.map { URL(fileURLWithPath: $0).lastPathComponent }
        facts["from"] = from.map { path in
            let url = URL(fileURLWithPath: path)
            // The model of a run goes by the run's name.
            return (url.lastPathComponent == "model" ? url.deletingLastPathComponent() : url).lastPathComponent
        }
        return facts
    }
}
