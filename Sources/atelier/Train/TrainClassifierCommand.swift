import ArgumentParser
import Atelier
import Evaluation

/// `atelier train classifier`.
struct TrainClassifierCommand: RunCommand {
    static let configuration = CommandConfiguration(
        commandName: "classifier",
        abstract: "Train a classifier, which can measure generators.",
        discussion: """
            Examples:
              atelier train classifier --data /usr/share/datasets/fashion-mnist --out my-classifier
              atelier evaluate fashion-cgan --classifier my-classifier --data /usr/share/datasets/fashion-mnist
            """)

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions

    @Option(help: ArgumentHelp("Steps to train.", valueName: "n")) var steps: Int?
    @Option(help: ArgumentHelp("Images in a step.", valueName: "n")) var batchSize: Int?
    @Option(help: ArgumentHelp("Learning rate of AdamW at the start.", valueName: "rate")) var lr: Double?
    @Option(help: ArgumentHelp("Weight decay of AdamW.", valueName: "decay")) var weightDecay: Double?
    @Option(help: ArgumentHelp("Channels of the first stage.", valueName: "n")) var width: Int?
    @Option(help: ArgumentHelp("Length of the feature vector.", valueName: "n")) var features: Int?
    @Flag(name: [.long, .customLong("flip")], inversion: .prefixedNo, help: "Also show mirrored images.")
    var mirror: Bool?
    @Option(help: ArgumentHelp("The seed of every random number of the run.", valueName: "n")) var seed: UInt64?

    @OptionGroup var precision: PrecisionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        try NumberCheck.counts(["steps": steps, "batch-size": batchSize, "width": width, "features": features])
        try NumberCheck.rates(["lr": lr])
        try NumberCheck.weights(["weight-decay": weightDecay])
    }

    func run() throws {
        var options = Classification.Options()
        options.images = data.selection
        options.adjust = { $0 = adjusted($0) }
        try runOptions.train(
            Classification.self, kind: "classifier", on: data.data, options, output: output,
            next: ["evaluate GENERATOR --classifier MODEL --data DIR"])
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
