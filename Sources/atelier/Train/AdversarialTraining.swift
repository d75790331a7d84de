import Foundation
import Glibc
import ImageData
import Models
import Reporting
import TensorCore
import Training

/// What decides the weights of a run, as its `config.json` records it.
struct TrainingPlan<Model: Codable>: Codable {
    var name: String
    var data: DataChoice
    var model: Model
}

/// Trains an adversarial pair of either family, from the start or from where it was stopped.
struct AdversarialTraining<Model: AdversarialConfiguration> {
    private let data: DataOptions
    private let run: RunOptions
    private let judge: EvaluatorOptions
    private let output: OutputOptions
    private let defaults: (any ImageDataset, ImageShape) throws -> Model
    private let adjust: (inout Model) -> Void

    init(
        data: DataOptions, run: RunOptions, judge: EvaluatorOptions, output: OutputOptions,
        defaults: @escaping (any ImageDataset, ImageShape) throws -> Model,
        adjusting adjust: @escaping (inout Model) -> Void
    ) {
        self.data = data
        self.run = run
        self.judge = judge
        self.output = output
        self.defaults = defaults
        self.adjust = adjust
    }

    func start() throws {
        let recorded = run.resume ? try RunRecord<TrainingPlan<Model>>(reading: run.folder) : nil
        if !run.resume { try run.refuseExisting() }
        let choice = try recorded.map { data.changed($0.configuration.data) } ?? data.choice()
        let dataset = try choice.open()
        var model: Model
        if let recorded {
            model = recorded.configuration.model
        } else {
            let image = ImageShape(dataset, size: data.size, channels: data.channels, fit: choice.fit)
            model = try defaults(dataset, image)
            model.training.precision = Precision.automatic.resolved
        }
        let usual = model.training
        adjust(&model)
        if recorded == nil, model.training.schedule == usual.schedule {
            // A shorter or longer run than usual takes the usual course of the learning rate over its own length.
            model.training.schedule = usual.schedule.stretched(
                by: Double(model.training.steps) / Double(max(usual.steps, 1)))
        }
        let plan = TrainingPlan(
            name: run.name ?? recorded?.configuration.name ?? run.modelName, data: choice, model: model)

        let settings = model.training
        let loader = BatchLoader(
            dataset, size: model.image.size, channels: model.image.channels, batch: settings.batchSize,
            seed: settings.seed, flip: settings.mirror, fit: choice.fit)
        let evaluator = try judge.evaluator(choice)
        let task = AdversarialTask(
            model, batch: { try loader.batch(at: $0) }, name: plan.name,
            provenance: Provenance.training(dataset, steps: settings.steps, seed: settings.seed), evaluator: evaluator)
        let fresh = TrainingOptions(
            steps: settings.steps, sampleEvery: 500, checkpointEvery: 1000,
            evaluateEvery: evaluator == nil ? 0 : 1000, bestMetric: evaluator == nil ? nil : "frechet")
        let options = run.options(
            steps: settings.steps, recorded: recorded?.options, fresh: fresh)
        if !output.quiet, !output.json {
            Console.standardError.line(dataset.summary)
            for note in dataset.notes { Console.standardError.line("Note: \(note)") }
        }
        let trainer = Trainer(
            task, configuration: plan, options: options, folder: run.folder,
            adjustable: ["model.training.steps", "model.training.precision", "data.path", "name"])
        try TrainingEnd.report(
            trainer.run(run, kind: Model.kind, steps: options.steps, output: output), run: run, kind: Model.kind,
            output: output)
        for warning in loader.warnings { Console.standardError.line("Warning: \(warning)") }
    }
}

extension RunOptions {
    /// Stops before anything is read when the folder holds a run already.
    func refuseExisting() throws {
        if folder.holdsRun {
            throw TrainingError.runExists(folder: folder.path, step: folder.checkpointSteps.last ?? 0)
        }
    }
}

extension Provenance {
    /// Facts about a training for the model that comes of it.
    static func training(_ dataset: any ImageDataset, steps: Int, seed: UInt64) -> [String: String] {
        [
            "software": Software.description,
            "data": URL(fileURLWithPath: dataset.path).lastPathComponent,
            "images": "\(dataset.count)",
            "steps": "\(steps)",
            "seed": "\(seed)",
        ]
    }
}

/// What is said when a training ends.
enum TrainingEnd {
    /// Says what came of a training; ends the process as a signal would when one asked for it.
    static func report(_ outcome: TrainingOutcome, run: RunOptions, kind: String, output: OutputOptions) {
        if !outcome.isComplete { exit(128 + (StopRequest.pending ?? SIGINT)) }
        guard !output.quiet, !output.json else { return }
        let time = ProgressBar.durationText(outcome.elapsed)
        print("Done: \(outcome.step) steps in \(time). The model is in \(run.folder.model).")
        switch kind {
        case "gan":
            print("Next: atelier generate --model \(run.folder.model) --count 16 --grid sheet.png")
        case "cgan":
            print("Next: atelier generate --model \(run.folder.model) --all-classes --count 8 --grid sheet.png")
        case "pix2pix":
            print("Next: atelier translate IMAGES -o out/ --model \(run.folder.model)")
        case "cyclegan":
            print("Next: atelier translate IMAGES -o out/ --model \(run.folder.model)")
            print("and back: atelier translate IMAGES -o out/ --model \(run.folder.model) --direction BtoA")
        case "sr":
            print("Next: atelier upscale IMAGES -o out/ --model \(run.folder.model)")
        default:
            print("Next: atelier evaluate MODEL --classifier \(run.folder.model) --data DIR")
        }
    }
}
