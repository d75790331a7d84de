import ArgumentParser
import Atelier
import ConditionalGAN

/// `atelier train cgan`.
struct TrainConditionalGANCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cgan",
        abstract: "Train a generator of images of a requested class.",
        discussion: """
            The images need classes: one folder for each, with the name of the class.

            Examples:
              atelier train cgan --data flowers/ --out run
              atelier train cgan --data /usr/share/datasets/fashion-mnist --out run
              atelier train cgan --data flowers/ --only rose --only tulip --size 64 --mirror --out run
              atelier train cgan --out run --resume
            """)

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Measuring") var measuring: EvaluatorOptions

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
        if let embedding, embedding < 1 { throw ValidationError("--embedding must be at least 1.") }
    }

    var usualKernels: KernelSelection { .measured }

    func run() throws {
        var options = ConditionalGAN.Options()
        options.images = data.selection
        options.conditioning = conditioning
        options.evaluator = measuring.evaluator
        options.adjust = { configuration in
            configuration.embeddingSize = embedding ?? configuration.embeddingSize
            training.apply(to: &configuration)
        }
        try runOptions.train(
            ConditionalGAN.self, kind: "cgan", on: data.data, options, output: output,
            next: ["generate --model MODEL --all-classes --count 8 --grid sheet.png"])
    }
}

extension ConditionalGANConfiguration.Conditioning: ExpressibleByArgument {}
