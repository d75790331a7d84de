import ArgumentParser
import CPUBackend
import Evaluation
import Foundation
import ImageData
import Models
import Reporting
import Training

/// `atelier train classifier`.
struct TrainClassifierCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "classifier",
        abstract: "Train a recognizer of classes, with which generators are judged.",
        discussion: """
            Examples:
              atelier train classifier --data /usr/share/datasets/fashion-mnist --out judge
              atelier evaluate fashion-cgan --classifier judge --data /usr/share/datasets/fashion-mnist
            """)

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions

    @Option(help: ArgumentHelp("Steps to train.", valueName: "n")) var steps: Int?
    @Option(help: ArgumentHelp("Images in a step.", valueName: "n")) var batchSize: Int?
    @Option(help: ArgumentHelp("Learning rate of AdamW at the start.", valueName: "rate")) var lr: Double?
    @Option(help: ArgumentHelp("Weight decay of AdamW.", valueName: "decay")) var weightDecay: Double?
    @Option(help: ArgumentHelp("Channels of the first stage.", valueName: "n")) var width: Int?
    @Option(help: ArgumentHelp("Length of the feature vector.", valueName: "n")) var features: Int?
    @Flag(name: [.long, .customLong("flip")], inversion: .prefixedNo, help: "Show images mirrored, too.")
    var mirror: Bool?
    @Option(help: ArgumentHelp("Decides every random number of the run.", valueName: "n")) var seed: UInt64?

    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var usualKernels: KernelSelection { .measured }

    func validate() throws {
        for (name, value) in [("steps", steps), ("batch-size", batchSize), ("width", width), ("features", features)] {
            if let value, value < 1 { throw ValidationError("--\(name) has to be at least 1.") }
        }
        if let lr, !(lr > 0 && lr.isFinite) { throw ValidationError("--lr has to be greater than 0.") }
        if let weightDecay, !(weightDecay >= 0) { throw ValidationError("--weight-decay cannot be negative.") }
    }

    func run() throws {
        let recorded =
            runOptions.resume ? try RunRecord<TrainingPlan<ClassifierConfiguration>>(reading: runOptions.folder) : nil
        if !runOptions.resume { try runOptions.refuseExisting() }
        let choice = try recorded.map { data.changed($0.configuration.data) } ?? data.choice()
        let dataset = try choice.open()
        guard dataset.isLabeled else {
            throw UsageError(
                "\(dataset.path) has no classes: \(dataset.layout.title). A classifier needs one folder for each class."
            )
        }
        let image = ImageShape(dataset, size: data.size, channels: data.channels, fit: choice.fit)
        let model = adjusted(
            recorded?.configuration.model ?? ClassifierConfiguration(image: image, classNames: dataset.classNames))
        let plan = TrainingPlan(
            name: runOptions.name ?? recorded?.configuration.name ?? runOptions.modelName, data: choice, model: model)

        func loader(_ dataset: any ImageDataset, flip: Bool) -> BatchLoader {
            BatchLoader(
                dataset, size: model.image.size, channels: model.image.channels, batch: model.batchSize,
                seed: model.seed, flip: flip, fit: choice.fit)
        }
        let training = loader(dataset, flip: model.mirror)
        let test = choice.openTest().map { loader($0, flip: false) }
        let task = ClassifierTask(
            model, batch: { try training.batch(at: $0) },
            forEachTestBatch: test.map { test in { body in try test.forEachBatch(body) } }, name: plan.name,
            provenance: Provenance.training(dataset, steps: model.steps, seed: model.seed))
        let fresh = TrainingOptions(
            steps: model.steps, sampleEvery: 0, checkpointEvery: 500, evaluateEvery: test == nil ? 0 : 500,
            bestMetric: test == nil ? nil : "accuracy", lowerIsBetter: false)
        if !output.quiet, !output.json { Console.standardError.line(dataset.summary) }
        let trainer = Trainer(
            task, configuration: plan,
            options: runOptions.options(steps: model.steps, recorded: recorded?.options, fresh: fresh),
            folder: runOptions.folder, adjustable: ["model.precision", "data.path", "name"])
        try TrainingEnd.report(
            trainer.run(runOptions, kind: "classifier", steps: model.steps, output: output), run: runOptions,
            kind: "classifier", output: output)
        for warning in training.warnings { Console.standardError.line("Warning: \(warning)") }
    }

    private func adjusted(_ model: ClassifierConfiguration) -> ClassifierConfiguration {
        var model = model
        model.steps = steps ?? model.steps
        model.batchSize = batchSize ?? model.batchSize
        model.learningRate = lr ?? model.learningRate
        model.weightDecay = weightDecay ?? model.weightDecay
        model.width = width ?? model.width
        model.featureSize = features ?? model.featureSize
        model.mirror = mirror ?? model.mirror
        model.seed = seed ?? model.seed
        model.precision = precision.chosen ?? model.precision
        return model
    }
}
