import Foundation
import Models
import Pix2Pix
import Reporting
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
struct TranslatorTrainingCommand<Model: TranslationConfiguration> {
    let run: RunOptions
    let networks: TranslationOptions
    let output: OutputOptions
    /// The model that a new run starts from.
    var from: String?
    /// What a perceptual loss is taken in.
    var perceptual: String?
    /// In whose features images are judged besides.
    var projected: String?

    /// - Parameters:
    ///   - choosing: which images, given those of the run that is gone on with.
    ///   - opening: the images of a choice.
    ///   - defaults: the settings of a new run.
    ///   - adjusting: puts what was given in its place, also when a run is gone on with, which refuses most of it.
    ///   - count: how many images are walked through.
    ///   - preparing: the task of a plan.
    func start<Images>(
        choosing: (PairChoice?) throws -> PairChoice, opening: (PairChoice) throws -> Images,
        defaults: (Images) throws -> Model, adjusting: (inout Model) throws -> Void, count: (Images) -> Int,
        preparing: (PairPlan<Model>, Images) throws -> PreparedTraining
    ) throws {
        let recorded = run.resume ? try RunRecord<PairPlan<Model>>(reading: run.folder) : nil
        if !run.resume { try run.refuseExisting() }
        let choice = try choosing(recorded?.configuration.data)
        let images = try opening(choice)
        var model = try recorded?.configuration.model ?? defaults(images)
        if recorded == nil { model.training.precision = Precision.automatic.resolved }
        try adjusting(&model)
        networks.apply(to: &model)
        if recorded == nil { try networks.complete(&model, count: count(images)) }
        let plan = PairPlan(
            name: run.name ?? recorded?.configuration.name ?? run.modelName, data: choice, model: model,
            from: recorded?.configuration.from ?? from,
            perceptual: perceptual ?? recorded?.configuration.perceptual,
            projected: projected ?? recorded?.configuration.projected)
        let prepared = try preparing(plan, images)
        if !output.quiet, !output.json { tell(prepared) }

        let steps = model.training.steps
        let usual = TrainingOptions(steps: steps, sampleEvery: 500, checkpointEvery: 2000, evaluateEvery: 2000)
        let options = run.options(steps: steps, recorded: recorded?.options, fresh: usual)
        var adjustable: Set = [
            "model.training.steps", "model.training.precision", "model.statistics", "data.path", "name",
        ]
        // Networks that the run knows may lie elsewhere now; one that it does not know would be another training.
        if recorded?.configuration.perceptual != nil { adjustable.insert("perceptual") }
        if recorded?.configuration.projected != nil { adjustable.insert("projected") }
        let trainer = Trainer(
            prepared.task, configuration: plan, options: options, folder: run.folder, adjustable: adjustable)
        let outcome = Result { try trainer.run(run, kind: Model.kind, steps: steps, output: output) }
        for warning in prepared.warnings() { Console.standardError.line("Warning: \(warning)") }
        try TrainingEnd.report(outcome.get(), run: run, kind: Model.kind, output: output)
    }

    private func tell(_ prepared: PreparedTraining) {
        Console.standardError.line(prepared.summary)
        for note in prepared.notes { Console.standardError.line("Note: \(note)") }
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
