import ArgumentParser
import Atelier
import VanillaGAN

/// `atelier train gan`.
struct TrainGANCommand: GeneratorTrainingCommand {
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

    @Option(help: architectureHelp)
    var arch: String?

    @Option(
        help: ArgumentHelp(
            "The same as --arch dcgan or mlp: convolutional (DCGAN) or perceptron (as in the first paper).",
            valueName: "name"))
    var network: VanillaGANConfiguration.Network?

    @OptionGroup(title: "Training") var training: AdversarialOptions
    @OptionGroup(title: "Training with --arch stylegan2") var styles: StyleOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    static let usesClasses = false
    static let images = "--count 16"

    func validate() throws { try checkArchitecture(alsoGiven: network.map { _ in "--network" }) }

    func run() throws {
        let suited = try suited(ownOption: network != nil)
        if try trainsAnotherFamily(than: VanillaGANConfiguration.self, suited: suited) { return }
        var options = VanillaGAN.Options()
        options.images = data.selection
        options.network = network ?? chosenArchitecture.map { $0.id == "mlp" ? .perceptron : .convolutional }
        options.evaluator = measuring.evaluator(every: runOptions.evaluateEvery)
        options.adjust = { training.apply(to: &$0) }
        try runOptions.train(
            VanillaGAN.self, kind: "gan", on: data.data, options, because: suited?.reason, output: output,
            next: next)
    }
}

extension VanillaGANConfiguration.Network: ExpressibleByArgument {}
