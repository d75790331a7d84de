import ArgumentParser
import Atelier
import ConditionalGAN

/// `atelier train cgan`.
struct TrainConditionalGANCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cgan",
        abstract: "Train a generator of images of a class that is asked for.",
        discussion: """
            The images need classes: one folder for each, named as the class is to be called.

            Examples:
              atelier train cgan --data flowers/ --out run
              atelier train cgan --data /usr/share/datasets/fashion-mnist --out run
              atelier train cgan --data flowers/ --only rose --only tulip --size 64 --mirror --out run
              atelier train cgan --out run --resume
            """)

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Judging") var judge: EvaluatorOptions

    @Option(
        help: ArgumentHelp(
            "How the class reaches the networks: projection (Miyato & Koyama) or concatenation (Mirza & Osindero).",
            valueName: "name"))
    var conditioning: ConditionalGANConfiguration.Conditioning?

    @Option(help: ArgumentHelp("Length of the label's embedding, for concatenation.", valueName: "n"))
    var embedding: Int?

    @OptionGroup(title: "Training") var training: AdversarialOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if let embedding, embedding < 1 { throw ValidationError("--embedding has to be at least 1.") }
    }

    var usualKernels: KernelSelection { .measured }

    func run() throws {
        var options = ConditionalGAN.Options()
        options.images = data.selection
        options.conditioning = conditioning
        options.evaluator = judge.evaluator
        options.adjust = { configuration in
            configuration.embeddingSize = embedding ?? configuration.embeddingSize
            configuration.latentSize = training.latentSize ?? configuration.latentSize
            configuration.generatorWidth = training.generatorWidth ?? configuration.generatorWidth
            configuration.discriminatorWidth = training.discriminatorWidth ?? configuration.discriminatorWidth
            configuration.spectralNorm = training.spectralNorm ?? configuration.spectralNorm
            training.apply(to: &configuration.training)
        }
        try runOptions.train(ConditionalGAN.self, kind: "cgan", on: data.data, options, output: output)
    }
}

extension ConditionalGANConfiguration.Conditioning: ExpressibleByArgument {}
