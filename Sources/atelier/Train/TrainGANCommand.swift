import ArgumentParser
import Atelier
import VanillaGAN

/// `atelier train gan`.
struct TrainGANCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "gan",
        abstract: "Train a generator of images like those in a folder.",
        discussion: """
            Examples:
              atelier train gan --data photos/ --out run
              atelier train gan --data photos/ --size 64 --augment color,translation,cutout --mirror --out run
              atelier train gan --data /usr/share/datasets/fashion-mnist --network perceptron --out run
              atelier train gan --out run --resume
            """)

    @OptionGroup(title: "Images") var data: DataOptions
    @OptionGroup(title: "Run") var runOptions: RunOptions
    @OptionGroup(title: "Measuring") var measuring: EvaluatorOptions

    @Option(
        help: ArgumentHelp(
            "The networks: convolutional (DCGAN) or perceptron (as in the first paper).", valueName: "name"))
    var network: VanillaGANConfiguration.Network?

    @OptionGroup(title: "Training") var training: AdversarialOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var usualKernels: KernelSelection { .measured }

    func run() throws {
        var options = VanillaGAN.Options()
        options.images = data.selection
        options.network = network
        options.evaluator = measuring.evaluator
        options.adjust = { training.apply(to: &$0) }
        try runOptions.train(
            VanillaGAN.self, kind: "gan", on: data.data, options, output: output,
            next: ["generate --model MODEL --count 16 --grid sheet.png"])
    }
}

extension VanillaGANConfiguration.Network: ExpressibleByArgument {}
